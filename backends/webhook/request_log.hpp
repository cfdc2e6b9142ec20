#pragma once

#include <deque>
#include <string>
#include <vector>

#include "backends/webhook/journal.hpp"
#include "backends/webhook/posting.hpp"
#include "base/clock.hpp"

namespace dragoman::backends::webhook {

/// One thing that a hook has said.
struct Said {
  std::string id;      ///< of the message
  std::string edited;  ///< the message whose place it took; empty: it is one of its own
  Posting posting;     ///< its content has the reply_to that it was said with
};

/// What came of one request.
struct LogEntry {
  std::string id;  ///< names the request, for the caller and for `replay`
  Timestamp time{};
  std::string caller;  ///< the network of its address, "192.0.2.0/24"
  int status = 0;
  std::size_t bytes = 0;        ///< of its body
  Duration took{};              ///< until its answer
  std::string format;           ///< "github"
  std::string note;             ///< why it was not said, or what was wrong; nothing of what was sent
  std::vector<Said> said;       ///< at once
  std::vector<Posting> unsaid;  ///< what was over the rate, or came while the hook was muted
};

/// The last requests of a hook: for its owners, and what its room remembers. On disk with the turn.
class RequestLog {
 public:
  static constexpr std::size_t most = 50;

  RequestLog(Services& services, const std::string& hook) : journal_(services, "log " + hook, 1, most) {}

  void load();
  void append(LogEntry entry);
  void erase() { journal_.erase(); }
  const std::deque<LogEntry>& entries() const { return entries_; }
  const LogEntry* find(const std::string& id) const;

 private:
  Journal journal_;
  std::deque<LogEntry> entries_;  // oldest first
};

/// "192.0.2.0/24" of "192.0.2.77", "2001:db8:1::/48" of an IPv6 address: enough to know a sender by, too little to
/// follow a person.
std::string network_of(const std::string& address);

}  // namespace dragoman::backends::webhook
