#pragma once

#include <memory>
#include <optional>
#include <string>

#include "backends/irc/connect_queue.hpp"
#include "backends/irc/hub.hpp"
#include "backends/irc/line_buffer.hpp"
#include "backends/irc/retry_pace.hpp"
#include "backends/irc/session.hpp"
#include "chat/session.hpp"
#include "net/ident.hpp"
#include "net/outbox.hpp"
#include "net/stream.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::irc {

/// The driver of one session: connects, reads, runs the effects, tells the owner at the end of the turn. No decisions
/// about IRC. Owned by its Handle; when that goes it finishes its goodbye in the Hub's care.
class Connection final : public ConnectQueue::Waiting {
 public:
  Connection(Hub& hub, Login login, std::string owner, chat::Observer& observer, Route route = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  void perform(chat::CommandId id, const chat::Command& command);
  /// The code of an account; the answer goes to Hub::verified.
  void verify_account(std::string_view code);
  /// What waits under the settings of before (flood control) may go now.
  void settings_changed();
  std::string bouncer_networks() const { return session_.bouncer_networks(); }
  /// Says goodbye and tells the observer nothing more.
  void stop(const std::string& text);
  /// Stopped, and the link is gone: only the task group may still have to end.
  bool finished() const { return stopped_ && !attempting_; }
  net::TaskGroup& tasks() { return tasks_; }
  const std::string& owner() const { return owner_; }

  void connect_now() override;

 private:
  net::Task<> attempt();
  net::Task<std::optional<Error>> connect();
  void on_readable(const Result<void>& ready);
  net::Task<> read_when_released();
  std::optional<Error> read_what_is_there();
  void link_is_up();
  void link_is_gone(const Error& error);
  void give_back_place();
  void tell_identd(const net::Address& local, const net::Address& remote);
  void forget_ident();

  Effects begin();
  /// Ends an input: closes the link when the session wants that, arms what comes next.
  void end(const Effects& effects);
  void end_turn();
  void deliver();
  void rearm();
  void close_link(Ending why);
  void log_line(std::string_view direction, std::string_view line) const;
  void log_output();

  Hub& hub_;
  std::unique_ptr<Route> route_;  // null: as configured
  std::size_t attempts_ = 0;      // along it
  std::string owner_;
  chat::Observer* observer_;         // null: nobody listens any more
  Secret<std::string> certificate_;  // shown in the TLS handshake
  const std::string ident_;          // what identd says
  Session session_;
  net::Outbox outbox_;
  Gate::Hook turn_;
  Timer wake_, retry_, farewell_;
  std::optional<Instant> armed_;
  RetryPace pace_;
  std::unique_ptr<net::Stream> stream_;
  Hub::Target target_;  // of this attempt
  LineBuffer lines_;
  Heard heard_;
  std::size_t logged_ = 0;                        // of the outbox's buffer, for the debug log
  std::optional<Ending> ending_;                  // why we close it ourselves
  std::optional<net::Idents::Link> asked_about_;  // of this attempt, while identd knows it
  Instant began_{}, up_since_{};
  bool running_ = false, stopped_ = false, attempting_ = false, in_place_ = false, was_ready_ = false;
  net::TaskGroup tasks_;  // last: ended before anything that its tasks use
};

}  // namespace dragoman::backends::irc
