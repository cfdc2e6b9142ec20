#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backends/webhook/answers.hpp"
#include "backends/webhook/delivery_id.hpp"
#include "backends/webhook/ingress_path.hpp"
#include "backends/webhook/posting.hpp"
#include "backends/webhook/request.hpp"
#include "backends/webhook/request_log.hpp"
#include "net/attempts.hpp"
#include "net/http_server.hpp"

namespace dragoman::backends::webhook {

class Feed;
class FileDesk;
class Hub;
struct Hook;

/// What programs send to hooks: who may, what it says, and what they are answered. A request is checked, what it says
/// goes to the store and to people in the same turn, and the answer leaves when that is durable (decision 0032).
class Ingress {
 public:
  /// `files` outlives it.
  Ingress(Hub& hub, FileDesk& files);

  /// Has the listener hand requests to us. Without one, or when somebody else has the path, that is logged.
  void start();
  /// The limits have changed.
  void take_settings();

  // What the routes do; public for tests.

  /// The answer to who may not, by the head alone.
  std::optional<net::HttpResponse> admit(const net::HttpHead& head);
  net::Task<> handle(net::HttpExchange& exchange);

 private:
  /// A request that may be told, before its files are where people can read them.
  struct Taken {
    std::string hook;
    Caller caller;
    LogEntry entry;
    std::vector<Posting> postings;
    std::optional<DeliveryId> delivery;
    std::string digest;  // of the body
    Instant begun{};
  };
  struct Outcome {
    std::optional<Taken> taken{};
    net::HttpResponse answer{};  // without
  };

  void add_route(const std::string& path, bool is_alias);
  Outcome take(const net::HttpHead& head, std::string body, Instant begun);
  /// What is wrong with a request to a hook that exists goes to the hook's log too.
  net::HttpResponse refuse(const Hook& hook, const Caller& caller, LogEntry entry, const Refusal& refusal,
                           const std::string& note);
  std::optional<net::HttpResponse> find_duplicate(const Taken& taken);
  /// What a request that was told is answered with, or why it is refused.
  struct Told {
    Caller caller{};
    Accepted accepted{};
    std::optional<net::HttpResponse> refused{};
  };
  Told tell(Taken taken);
  /// Whether more can be taken now, or in a moment: neither is the disk full nor the output over its limit.
  net::Task<bool> has_room();
  /// Whether the XMPP server has what was just told, before the patience of who waits for it ends.
  net::Task<bool> is_with_server();
  static void complain(Feed& feed, const std::string& format, const std::string& text);
  std::string flight_of(const Taken& taken) const;

  Hub& hub_;
  FileDesk& files_;
  std::optional<net::Attempts> bad_tokens_;
  int bad_tokens_per_minute_ = 0;    // as bad_tokens_ has it
  std::set<std::string> in_flight_;  // deliveries whose files are being put somewhere
};

}  // namespace dragoman::backends::webhook
