#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/muc/session.hpp"
#include "base/gate.hpp"
#include "base/secret.hpp"
#include "base/timers.hpp"
#include "chat/session.hpp"
#include "xmpp/link.hpp"

namespace dragoman::backends::muc {

/// The driver of one voice: claims its address on the link, hands the session what comes for it, asks what it wants
/// asked, and tells the owner at the end of the turn. No decisions about rooms.
class Connection final : public chat::Session {
 public:
  /// What a voice keeps over restarts (Services::keep_of), for its owner.
  using Keep = std::function<void(const std::string& key, const std::string& text)>;
  using Kept = std::function<std::string(const std::string& key)>;

  /// All but the values outlive this.
  Connection(Shared& shared, Voice voice, xmpp::Link& link, Timers& timers, Gate& gate, Kept kept, Keep keep,
             chat::Observer& observer);
  ~Connection() override;

  void start() override;
  void perform(chat::CommandId id, const chat::Command& command) override;
  void stop(const std::string& text) override;

 private:
  Effects begin();
  /// Ends an input: runs its effects, arms what comes next.
  void end(Effects& effects);
  void answered(QuestionId id, const Answer& answer);
  void deliver();
  void rearm();

  muc::Session session_;
  xmpp::Link& link_;
  Timers& timers_;
  Keep keep_;
  chat::Observer* observer_;  // null: nobody listens any more
  Gate::Hook turn_;
  Timer wake_;
  std::optional<Instant> armed_;
  Heard heard_;
  bool claimed_ = false;
  // Shared with what the link answers later, when this may be gone.
  std::shared_ptr<Connection*> alive_ = std::make_shared<Connection*>(this);
};

}  // namespace dragoman::backends::muc
