#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backends/matrix/hub.hpp"
#include "backends/matrix/session.hpp"
#include "base/gate.hpp"
#include "base/timers.hpp"
#include "chat/account.hpp"
#include "chat/session.hpp"
#include "net/backoff.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::matrix {

/// The driver of one session: asks the homeserver what the session wants asked, tells it the answers, renews its
/// tokens, and tells the owner at the end of the turn. No decisions about Matrix. Owned by its handle; when that goes
/// its tasks end in the Hub's care.
class Connection final : public StartQueue::Waiting {
 public:
  Connection(Hub& hub, const chat::Account& account, chat::Observer& observer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  void perform(chat::CommandId id, const chat::Command& command);
  /// From a transaction of the application service; nothing to an account that asks for itself.
  void push(const std::vector<Event>& events);
  /// Tells the observer nothing more.
  void stop();
  /// The login is being ended at the homeserver: it is not renewed, and nobody logs in anew.
  void end_login() { logged_out_ = true; }
  /// The access token is not taken any more, as somebody else has found out; false: there is no connection now.
  bool renew_tokens();
  const std::string& owner() const { return owner_; }
  net::TaskGroup& tasks() { return tasks_; }
  const Session& session() const { return session_; }

  void begin_now() override;

 private:
  enum class Life { idle, waiting, connecting, connected, stopped };

  // Tokens.
  net::Task<> connect();
  net::Task<> refresh();
  /// New tokens by whatever is left: the refresh token, else the stored password; nothing: they are kept. `renews`: the
  /// old access token is not taken any more.
  net::Task<std::optional<Ending>> get_tokens(bool renews);
  static std::optional<Ending> told_logged_out();
  /// Of an account that was configured: nobody has looked for it yet.
  net::Task<std::optional<Ending>> find_own_homeserver();

  // Requests. What one input wants asked leaves when everything that was written down before is durable: a message's
  // row, a position in the sync, new tokens.
  struct Batch {
    std::vector<Request> requests;
    std::vector<Transfer> transfers;
  };
  void send_when_durable(Effects& effects);
  /// Those of which all is on disk (Call::kept_in) wait for no other commit.
  void send_what_is_kept(Effects& effects);
  void note_unwritten(const Effects& effects);
  void send_next();
  net::Task<> send(Request request);
  net::Task<> transfer(Transfer wanted);
  net::Task<Result<Uploaded>> upload(Transfer wanted);

  Effects begin();
  /// Ends an input: runs its effects, arms what comes next.
  void end(Effects& effects);
  void end_turn();
  /// Somebody for whom several bridges speak is one user: what is said to them alone, their first session hears.
  bool is_heard_by_another(const chat::Event& event) const;
  void deliver();
  void rearm();
  /// Another session has what ours waits for.
  void look_soon();
  void lose(const Ending& ending);
  /// Until begin_now(): not everybody asks a homeserver at once.
  void wait_for_place();
  void give_back_place();
  void log_answer(const Request& request, const Result<net::HttpResponse>& response) const;

  Hub& hub_;
  std::string owner_;
  chat::Observer* observer_;  // null: nobody listens any more
  chat::Account account_;     // with its password, for a soft logout
  Session session_;
  Gate::Hook turn_;
  Timer wake_, retry_, soon_;
  std::optional<Instant> armed_;
  net::Backoff backoff_;
  Heard heard_;
  std::set<CallId> under_way_;                    // whose answers the session waits for
  std::deque<Batch> batches_;                     // each waits for the gate
  std::map<std::string, std::size_t> unwritten_;  // documents that are not on disk as they are now: how often
  bool logged_out_ = false;                       // end_login()
  bool soft_logout_ = false;                      // how the homeserver ended the last access token
  bool refreshing_ = false;
  Life life_ = Life::idle;
  bool in_place_ = false, was_ready_ = false;
  Instant up_since_{};
  // Shared with the gate, which may call it when this is gone.
  std::shared_ptr<Connection*> alive_ = std::make_shared<Connection*>(this);
  net::TaskGroup tasks_;  // last: ended before anything that its tasks use
};

}  // namespace dragoman::backends::matrix
