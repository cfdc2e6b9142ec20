#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/text_hash.hpp"
#include "base/timers.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/stanza_counts.hpp"
#include "xmpp/writer.hpp"

namespace dragoman::xmpp {

/// What a Link writes to: the driver's outbox, or a test's string.
class LinkOutput {
 public:
  virtual std::string& buffer() = 0;
  virtual void touch() = 0;                 ///< after appending to buffer()
  virtual std::size_t backlog() const = 0;  ///< bytes that the kernel has not taken

 protected:
  ~LinkOutput() = default;
};

/// One component domain as its gateway sees it: sends stanzas, asks IQs and gets their answers, decides who gets a
/// stanza that comes in, and says how far the server has taken what we wrote.
///
/// An incoming stanza is, in this order: an answer to ask() (matched by id, from and type), the proof of a barrier, for
/// a claimed address, or for the handler.
class Link {
 public:
  Link(Jid domain, Timers& timers, Random& random);
  /// Questions that are open are forgotten without an answer.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const Jid& jid() const { return domain_; }
  bool up() const { return output_ != nullptr; }

  /// Sends a stanza tree. While the link is down stanzas are dropped (Fault::closed): rows decide what is said again. A
  /// stanza that the writer refuses is logged, and the error returned; an error stanza that only grew too long with the
  /// children that it gives back goes without them.
  Result<void> send(const Element& stanza);
  /// The same for code that writes directly: `write` gets the Writer between begin and end (it calls begin itself).
  /// False when the link is down or the writer refused.
  template <class Write>
  bool write(Write&& write_stanza) {
    if (output_ == nullptr) return false;
    Writer writer{output_->buffer(), domain_.str()};
    write_stanza(writer);
    return written(writer.end(), writer);
  }

  using Answered = std::function<void(Result<Element>)>;
  /// Sends an IQ get or set (its id is made here, an empty `from` becomes our domain) and calls `answered` exactly
  /// once: with the result IQ, or with an Error made of the stanza error, or Fault::timeout, or Fault::closed when the
  /// link goes down. Never from inside ask.
  void ask(Element iq, Duration timeout, Answered answered);
  /// The same for questions whose errors say more than RFC 6120 knows: an error iq is given as it came.
  void ask_for_any(Element iq, Duration timeout, Answered answered);

  /// Calls `confirmed` when the server has taken everything that was written before this call: an IQ ping to ourselves,
  /// whose return (or any error) proves the order. One ping is under way at a time; later calls share the next one.
  /// When the link is down or goes down `confirmed` is dropped: rows without evidence are said again. A ping that does
  /// not return within 30 s is logged (a second component may get our traffic) and sent again.
  void barrier(std::function<void()> confirmed);
  /// The link is up and our pings to ourselves have not come back for a minute: this connection does not work, though
  /// it stands.
  bool overdue() const { return late_pings_ >= 2; }

  using Handler = std::function<void(const Element&, const Jid& from, const Jid& to)>;
  /// Stanzas to this address of our domain go to `handler` instead: to a bare one with all its resources, to a full one
  /// alone (backends/muc, puppets). `changed` hears of the stream as on_state does, after it.
  void claim(const Jid& own, Handler handler, std::function<void(bool up)> changed = {});
  void unclaim(const Jid& own);
  /// Everything else. Addresses are parsed and `to` is of our domain.
  void on_stanza(Handler handler) { handler_ = std::move(handler); }
  /// The stream came up or went down.
  void on_state(std::function<void(bool up)> changed) { changed_ = std::move(changed); }

  std::size_t backlog() const { return output_ == nullptr ? 0 : output_->backlog(); }
  // Since the start, for who counts.
  const StanzaCounts& received() const { return received_; }
  const StanzaCounts& sent() const { return sent_; }
  const ErrorCounts& errors_received() const { return errors_received_; }
  const ErrorCounts& errors_sent() const { return errors_sent_; }
  std::uint64_t times_up() const { return times_up_; }
  /// Called when the output has drained, to write on with what was put off.
  void on_drained(std::function<void()> drained) { drained_ = std::move(drained); }

  // For the driver (connection.cpp) and for tests.
  void attach(LinkOutput& output);
  void detach();
  void drained() {
    if (drained_) drained_();
  }
  /// One stanza from the stream. Bad addresses and ids are answered or dropped here.
  void receive(const Element& stanza);

 private:
  struct Pending {
    Jid to;
    Answered answered;
    Timers::Id timer = 0;
    bool takes_errors = false;  ///< error stanzas as they are
  };
  struct Claim {
    Handler handler;
    std::function<void(bool)> changed;
  };
  void tell_state(bool up);
  bool hand_to_claim(const Element& stanza, const Jid& from, const Jid& to);
  bool written(const Result<void>& result, const Writer& writer);
  void ask(Element iq, Duration timeout, Answered answered, bool takes_errors);
  void fail_soon(Answered answered, Error error);
  void finish(const std::string& id, Result<Element> answer);
  void send_barrier();
  void barrier_is_late();
  bool receive_iq(const Element& iq, const Jid& from);
  bool take_answer(const Element& iq, const Jid& from);
  bool take_barrier(const Element& iq, const Jid& from);
  void answer(const Element& stanza, std::string_view condition, std::string text);
  void refuse_foreign(const Element& stanza);

  Jid domain_;
  Timers& timers_;
  IdSource ids_;
  LinkOutput* output_ = nullptr;
  Handler handler_;
  std::function<void(bool)> changed_;
  std::function<void()> drained_;
  ByText<Pending> pending_;  // by id
  ByText<Claim> claims_;     // by bare or full address of ours
  std::string barrier_id_;   // under way
  Timer barrier_timer_;
  int late_pings_ = 0;  // one after the other
  std::vector<std::function<void()>> barrier_waiting_, next_barrier_;
  std::optional<Instant> foreign_warned_;
  StanzaCounts received_, sent_;
  ErrorCounts errors_received_, errors_sent_;
  std::uint64_t times_up_ = 0;
};

}  // namespace dragoman::xmpp
