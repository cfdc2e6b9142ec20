#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/network.hpp"

namespace dragoman::bridge {

/// A session in one room, which is always called as the bridge calls it. The network may know the room under another
/// address (an alias of Matrix that is not the canonical one), or have moved it (an upgraded room): it is followed
/// there, and commands and events are about that room without anybody noticing.
class RoomSession final : public chat::Session, private chat::Observer {
 public:
  /// `network` and `observer` outlive it.
  RoomSession(chat::Network& network, const chat::Account& account, chat::Observer& observer, chat::RoomId room);

  void start() override { session_->start(); }
  void perform(chat::CommandId id, const chat::Command& command) override;
  void stop(const std::string& text) override { session_->stop(text); }

  /// What the network calls the room now.
  const chat::RoomId& here() const { return here_; }

 private:
  void on_event(const chat::Event& event) override;
  bool follows(const chat::RoomLeft& left);
  /// An answer to an attempt to enter the room where it is now, which nobody else is to hear of.
  bool is_ours(const chat::Event& event);
  void pass_on(const chat::Event& event);

  chat::Observer& observer_;
  chat::RoomId room_, here_;
  std::vector<chat::RoomId> been_;                      // where it was called otherwise
  std::optional<chat::CommandId> joining_, following_;  // the observer's, and our own
  std::optional<chat::JoinRoom> join_;                  // as it was asked for last
  bool asks_again_ = false;                             // for the observer, whose attempt was answered with "moved"
  std::unique_ptr<chat::Session> session_;              // last: it may call nothing back while it is destroyed
};

}  // namespace dragoman::bridge
