#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bridge/puppets.hpp"
#include "bridge/room_session.hpp"
#include "bridge/speaker_account.hpp"

namespace dragoman::bridge {

/// One of them: their session, and what it tells. Of puppets*.cpp alone.
class Puppets::Puppet final : public chat::Observer {
 public:
  /// For so long what somebody says first waits for them to come in; then the bot says it.
  static constexpr Duration patience = std::chrono::seconds{5};
  /// A server of IRC looks for the name and ident of who connects, before it lets them in.
  static constexpr Duration patience_for_connection = std::chrono::seconds{10};
  /// What somebody was given who is not there any more is answered for by then, or their link is dead.
  static constexpr Duration patience_for_answers = std::chrono::minutes{1};

  Puppet(Puppets& all, Persona persona)
      : who(std::move(persona)), key(who.key()), all_(all), patience_(all.parts_.timers) {}

  Persona who;
  std::string key;
  std::string nick;  ///< in the room
  bool there = false;
  bool slow = false;  ///< what they say does not wait for them any more
  bool asked_for_membership = false;
  std::optional<chat::CommandId> joining;
  std::vector<store::RowId> waiting;
  std::set<chat::CommandId> performing;
  bool ending = false;   ///< not there any more: only what was given is still to be answered for
  std::string farewell;  ///< with which its session ends
  chat::Network* network = nullptr;
  chat::Account account;
  std::unique_ptr<chat::Session> session;

  void join(std::optional<Timestamp> said_since) {
    account = account_of(all_.bridge_, all_.leg_, who, *network, said_since);
    session = std::make_unique<RoomSession>(*network, account, static_cast<chat::Observer&>(*this), all_.leg_.room);
    session->start();
    if (all_.leg_.is_xmpp) {
      chat::SetPresence present;
      present.status = "from " + who.origin + ", through a bridge";
      session->perform(all_.host_.next_command(), present);
    }
    enter();
  }
  void enter() {
    joining = all_.host_.next_command();
    session->perform(*joining, chat::JoinRoom{all_.leg_.room, who.nick, all_.leg_.password});
  }
  void wait(store::RowId row) {
    if (waiting.empty()) {
      patience_.set_after(all_.leg_.connects ? patience_for_connection : patience, [this] {
        slow = true;
        all_.settle(*this);
      });
    }
    waiting.push_back(row);
  }
  std::vector<store::RowId> take_waiting() {
    patience_.clear();
    return std::exchange(waiting, {});
  }
  void wait_for_answers() {
    ending = true;
    patience_.set_after(patience_for_answers, [this] { all_.cut(*this); });
  }

  /// What is said to all and who is there is the bot's to hear; of the rest little concerns somebody who is not here.
  void on_event(const chat::Event& event) override {
    if (!ending) return tell(event);
    if (const auto* done = std::get_if<chat::Done>(&event)) {
      if (performing.erase(done->command) != 0) all_.host_.on_puppet_done(*done);
    } else if (const auto* failed = std::get_if<chat::Failed>(&event)) {
      if (performing.erase(failed->command) != 0) all_.host_.on_puppet_failed(spoken_for(*failed));
    }
    if (ending && performing.empty()) all_.answered(*this);
  }

  /// What they may not say there any more the bot says for them.
  static chat::Failed spoken_for(chat::Failed failed) {
    const bool is_out = failed.fault == Fault::forbidden || failed.fault == Fault::not_allowed ||
                        failed.fault == Fault::unacceptable;  // not on that channel
    if (failed.outcome == chat::Failed::Outcome::refused && is_out) failed.outcome = chat::Failed::Outcome::not_sent;
    return failed;
  }

 private:
  void tell(const chat::Event& event) {
    if (const auto* joined = std::get_if<chat::RoomJoined>(&event)) return all_.came(*this, name_of(joined->self));
    if (const auto* left = std::get_if<chat::RoomLeft>(&event)) return all_.went(*this, *left);
    if (const auto* renamed = std::get_if<chat::OccupantRenamed>(&event)) {
      if (renamed->self) all_.is_called(*this, name_of(renamed->to));
      return;
    }
    if (const auto* ready = std::get_if<chat::Ready>(&event)) {
      if (all_.leg_.connects) all_.is_called(*this, ready->nickname);
      return;
    }
    if (const auto* lost = std::get_if<chat::Lost>(&event)) return all_.lost(*this, *lost);
    if (const auto* message = std::get_if<chat::MessageReceived>(&event)) {
      const bool privately = !message->conversation.is_room() && !message->author.self && !message->replayed;
      if (!privately || (all_.leg_.connects && !is_for_the_person(*network, *message))) return;
      return all_.host_.told_privately(who, *message);
    }
    if (const auto* done = std::get_if<chat::Done>(&event)) {
      if (joining == done->command) return joining.reset();
      if (performing.erase(done->command) != 0) return all_.host_.on_puppet_done(*done);
    }
    const auto* failed = std::get_if<chat::Failed>(&event);
    if (failed == nullptr) return;
    if (performing.erase(failed->command) != 0) return all_.failed(*this, *failed);
    if (joining != failed->command) return;
    joining.reset();
    if (!there) all_.refused(*this, failed->fault, failed->text);
  }

  std::string name_of(NameId id) const { return network->names()[id].text; }

  Puppets& all_;
  Timer patience_;
};

}  // namespace dragoman::bridge
