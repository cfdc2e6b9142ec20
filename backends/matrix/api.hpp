#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "backends/matrix/errors.hpp"
#include "base/secret.hpp"
#include "net/http.hpp"

namespace dragoman::backends::matrix {

/// Where a homeserver answers the client-server API.
struct Homeserver {
  net::Url base;             ///< its target is a path without a slash at the end, mostly empty
  bool public_only = false;  ///< named by a person: nothing but a public address is connected to
  bool operator==(const Homeserver&) const = default;
};

/// "https://matrix.hs.tld", "https://hs.tld/path/": a base URL. Fault::malformed says what is wrong.
Result<net::Url> parse_base_url(std::string_view text);
/// Without a slash at the end.
std::string to_text(const Homeserver& homeserver);

/// One question of a linear flow (discovery, login); what a session asks goes through Calls.
struct Question {
  std::string method = "GET";
  std::string path;                       ///< "/_matrix/client/versions", with its query
  std::string body{};                     ///< as `type` says
  Secret<std::string> token{};            ///< empty: asked as nobody
  std::string type = "application/json";  ///< of the body
  Duration timeout = std::chrono::seconds{20};
};

struct Reply {
  bool ok = false;
  int status = 0;       ///< 0: no answer came
  nlohmann::json body;  ///< an object, whatever came
  Refusal refusal;      ///< when not ok
};

/// Asks once. `http` and `clock` outlive the task.
net::Task<Reply> ask(net::HttpClient& http, const Clock& clock, Homeserver homeserver, Question question);
/// A request with what every one has: where, as whom, that JSON is spoken.
net::HttpRequest make_request(const Homeserver& homeserver, const std::string& method, const std::string& path,
                              std::string body, const Secret<std::string>& token);
/// What came back, as a linear flow reads it.
Reply read_reply(const Result<net::HttpResponse>& response, Timestamp now);

}  // namespace dragoman::backends::matrix
