#pragma once

#include <string>
#include <vector>

#include "backends/services.hpp"
#include "base/gate.hpp"
#include "chat/session.hpp"

namespace dragoman::backends::echo {

/// What all echoes look like: as the person who last set a picture, at first like a grey dot.
struct Face {
  std::string bytes;
  std::uint64_t number = 0;  ///< of pictures so far: a picture's name
};

/// Answers every command at the end of the turn, never inside perform().
class Session final : public chat::Session {
 public:
  /// `names` and `face` are those of the network.
  Session(std::string nickname, Names& names, Face& face, Services& services, chat::Observer& observer);

  void start() override;
  void perform(chat::CommandId id, const chat::Command& command) override;
  void stop(const std::string& text) override;

  // What this network can do; everything else is refused in session.cpp.
  void on(chat::CommandId id, const chat::JoinRoom& join);
  void on(chat::CommandId id, const chat::LeaveRoom& leave);
  void on(chat::CommandId id, const chat::SetTopic& topic);
  void on(chat::CommandId id, const chat::SendMessage& send);
  void on(chat::CommandId id, const chat::GetProfile& get);
  void on(chat::CommandId id, const chat::GetPicture& get);
  void on(chat::CommandId id, const chat::SetPicture& set);
  template <class Other>
  void on(chat::CommandId id, const Other&) {
    say(chat::Failed{id, chat::Failed::Outcome::refused, Fault::unsupported, "an echo cannot do that", {}});
  }

 private:
  void say(chat::Event event);
  void deliver();
  NameRef name(const std::string& nickname);
  chat::Profile profile_of(const std::string& person) const;

  std::string nickname_;
  Names& names_;
  Services& services_;
  chat::Observer& observer_;
  Face& face_;
  std::vector<chat::Event> events_;
  std::vector<NameRef> held_;  // names in events that are not delivered yet
  Gate::Hook hook_;
  std::uint64_t last_id_ = 0;
};

}  // namespace dragoman::backends::echo
