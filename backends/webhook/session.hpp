#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/gate.hpp"
#include "base/names.hpp"
#include "chat/account.hpp"
#include "chat/session.hpp"

namespace dragoman::backends::webhook {

class Feed;
class Hub;
struct Hook;

/// One person among the hooks. There is no link that could be down: it is ready at once, hears what the hooks say that
/// it has as contacts or is in the room of, and says at the end of the turn what it was told.
class Session final : public chat::Session {
 public:
  Session(Hub& hub, const chat::Account& account, chat::Observer& observer);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start() override;
  void perform(chat::CommandId id, const chat::Command& command) override;
  void stop(const std::string& text) override;

  /// Bare JID.
  const std::string& owner() const { return owner_; }
  const std::string& nickname() const { return nickname_; }
  /// It is a bridge's, which the operator has set up: it may read every hook, and speaks for many.
  bool is_bridge() const { return is_bridge_; }
  bool may_read(const Hook& hook) const;
  /// As XMPP calls it: "available", "away", "xa", "dnd", "unavailable".
  std::string_view presence() const;
  /// `held`: the names that the event carries, until it is delivered.
  void say(chat::Event event, std::vector<NameRef> held = {});
  void done(chat::CommandId id, chat::Answer answer = chat::Nothing{}) { say(chat::Done{id, std::move(answer)}); }
  void refuse(chat::CommandId id, Fault fault, std::string text);

 private:
  void on(chat::CommandId id, const chat::JoinRoom& join);
  void on(chat::CommandId id, const chat::LeaveRoom& leave);
  void on(chat::CommandId id, const chat::ConfigureRoom& configure);
  void on(chat::CommandId id, const chat::SetStanding& standing);
  void on(chat::CommandId id, const chat::SetTopic& topic);
  void on(chat::CommandId id, const chat::SetNickname& nickname);
  void on(chat::CommandId id, const chat::SetProfile& profile);
  void on(chat::CommandId id, const chat::SetPresence& presence);
  void on(chat::CommandId id, const chat::Invite& invite);
  void on(chat::CommandId id, const chat::DeclineInvite& decline);
  void on(chat::CommandId id, const chat::RequestVoice& request);
  void on(chat::CommandId id, const chat::AddContact& add);
  void on(chat::CommandId id, const chat::RemoveContact& remove);
  void on(chat::CommandId id, const chat::AnswerContact& answer);
  void on(chat::CommandId id, const chat::Block& block);
  void on(chat::CommandId id, const chat::SendMessage& send);
  void on(chat::CommandId id, const chat::EditMessage& edit);
  void on(chat::CommandId id, const chat::RetractMessage& retract);
  void on(chat::CommandId id, const chat::React& react);
  void on(chat::CommandId id, const chat::SetTyping& typing);
  void on(chat::CommandId id, const chat::MarkRead& mark);
  void on(chat::CommandId id, const chat::ListRooms& list);
  void on(chat::CommandId id, const chat::SearchPeople& search);
  void on(chat::CommandId id, const chat::ListStandings& list);
  void on(chat::CommandId id, const chat::GetRoomForm& get);
  void on(chat::CommandId id, const chat::GetHistory& get);
  void on(chat::CommandId id, const chat::GetProfile& get);
  void on(chat::CommandId id, const chat::GetPicture& get);
  void on(chat::CommandId id, const chat::SetPicture& set);
  void on(chat::CommandId id, const chat::Ping& ping);
  void on(chat::CommandId id, const chat::AskClient& ask);
  void on(chat::CommandId id, const chat::Run& run);

  /// What people say to a hook goes to its other side.
  void answer(chat::CommandId id, const chat::Conversation& conversation, const chat::Command& command);
  void unsupported(chat::CommandId id);
  /// The hook behind a name, if this person may read it; else the command was refused.
  Feed* readable(chat::CommandId id, const std::string& name);
  void deliver();

  Hub& hub_;
  std::string owner_, nickname_;
  bool is_bridge_ = false;
  chat::Availability presence_ = chat::Availability::gone;
  chat::Observer& observer_;
  std::vector<chat::Event> events_;
  std::vector<NameRef> held_;
  Gate::Hook hook_;
  // Shared with what gets pictures, which may end when this is gone.
  std::shared_ptr<Session*> alive_ = std::make_shared<Session*>(this);
};

}  // namespace dragoman::backends::webhook
