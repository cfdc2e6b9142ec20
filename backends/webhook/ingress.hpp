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
  net::HttpResponse tell(Taken taken);
  std::string flight_of(const Taken& taken) const;

  Hub& hub_;
  FileDesk& files_;
  net::Attempts bad_tokens_;
  std::set<std::string> in_flight_;  // deliveries whose files are being put somewhere
};

}  // namespace dragoman::backends::webhook
