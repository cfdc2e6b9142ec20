#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/webhook/hook.hpp"
#include "backends/webhook/queue.hpp"
#include "backends/webhook/reply.hpp"
#include "backends/webhook/wanted.hpp"
#include "base/gate.hpp"
#include "base/timers.hpp"
#include "net/address_ranges.hpp"
#include "net/connect.hpp"
#include "net/http.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::webhook {

class ReplyDesk;

/// Tells the other side of one hook what happens here: runs its Queue. Decides nothing. Destroyed when empty()
/// after stop().
class Courier {
 public:
  /// Who owns the hook. Called at the end of a turn, never from inside a call of the Courier.
  class Host {
   public:
    virtual void on_delivered(const std::string& id) = 0;
    virtual void on_returned(const QueueEffects::Returned& returned) = 0;
    virtual void on_replies(const Happening& to, const std::vector<Reply>& replies) = 0;
    virtual void on_health(const Health& health) = 0;
    virtual void on_notice(const std::string& text) = 0;
    /// The other side takes its time over this event (true), or has answered (false): it is composing.
    virtual void on_waiting(const Happening& about, bool waiting) = 0;
    /// A text of this hook by its own key, kept with everything else of the turn; empty: nothing any more.
    virtual void keep(const std::string& key, const std::string& text) = 0;
    virtual std::string kept(const std::string& key) const = 0;

   protected:
    ~Host() = default;
  };
  /// What all couriers of a network have in common; outlives them.
  struct Office {
    net::Loop& loop;
    Random& random;
    net::HttpClient& http;                 ///< checks addresses: made with the private ranges that the operator allows
    std::string software;                  ///< "dragoman 0.1.0"
    std::string instance;                  ///< what this gateway calls itself in X-Dragoman-Via
    net::AddressRanges private_ranges{};   ///< that may be sent to though they are not public, as `http` allows
    ReplyDesk* replies = nullptr;          ///< where reply_url leads to; nullptr: there is no public listener
    std::optional<net::Endpoint> proxy{};  ///< as `http` goes through it
    std::string domain{};                  ///< of the hooks: they are at it
  };

  Courier(Office& office, std::string hook, Outgoing settings, QueueLimits limits, Host& host);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Reads what was kept and begins.
  void start();
  /// What is under way ends without an answer, and is made again after the next start.
  void stop();
  /// Nothing is sent any more, and nothing is kept of what was to be: whoever waits for it is not told. Then stop().
  void abandon();
  net::TaskGroup& tasks() { return tasks_; }
  /// For what happens from now on, and for what waits. Fault::malformed: as Wanted::read; nothing was changed then.
  Result<void> set(Outgoing settings);
  void set_limits(const QueueLimits& limits);

  /// Takes what happens, if the hook's settings want it. `true`: its end follows (on_delivered or on_returned);
  /// `false`: it is not wanted, nothing follows. Faults as Queue::enqueue, and what tell() of out_format.hpp finds.
  Result<bool> tell(Happening happening, Queue::Durable durable);
  /// An endpoint.ping, whatever the settings want: its end follows as of any other. `frame`: who asks, from where.
  Result<std::string> ping(Happening frame);
  void forget(const std::string& id);
  void retry();
  void enable();
  Result<void> replay(const std::string& id);
  /// What was given up, by the id of its dead letter. Fault::not_found: nothing is left of it.
  Result<Happening> dead_letter(const std::string& id) const;
  const Queue& queue() const { return queue_; }

 private:
  static Wanted wanted_by(const Outgoing& settings);
  QueueEffects begin() const;
  void end(QueueEffects& effects);
  void end_turn();
  /// The one of the office, or one that believes the hook's certificate alone.
  net::HttpClient& http();
  void send_when_durable(std::vector<Attempt> attempts);
  void send_next();
  net::Task<> send(Attempt attempt);
  /// The request of an attempt, signed.
  Result<net::HttpRequest> request_of(const Attempt& attempt);
  /// What the body of an answer says; nothing when it says nothing, takes too long or has too much.
  net::Task<std::vector<Reply>> read_reply(net::HttpIncoming& incoming, Instant deadline);
  void answered(const Attempt& attempt, const Answer& answer, std::vector<Reply> replies);
  void tell_of_failing(QueueEffects& effects);
  void waits(const Happening& about, bool waiting);
  void rearm();

  Office& office_;
  std::string hook_;
  Outgoing settings_;
  Wanted wanted_;
  Host& host_;
  Queue queue_;
  Gate::Hook turn_;
  Timer wake_;
  QueueEffects heard_;
  std::vector<std::pair<Happening, std::vector<Reply>>> replies_;
  std::vector<std::pair<Happening, bool>> waits_;
  std::vector<std::string> composed_;         // ids of those whose answer takes its time
  std::deque<std::vector<Attempt>> batches_;  // each waits for the gate
  bool stopped_ = false;
  std::map<std::string, std::unique_ptr<net::HttpClient>> pinned_;  // by fingerprint; requests may be under way
  // Shared with the gate, which may call it when this is gone.
  std::shared_ptr<Courier*> alive_ = std::make_shared<Courier*>(this);
  net::TaskGroup tasks_;  // last: ended before anything that its tasks use
};

}  // namespace dragoman::backends::webhook
