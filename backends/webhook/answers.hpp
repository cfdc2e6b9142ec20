#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/webhook/format.hpp"
#include "backends/webhook/ingress_path.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/http.hpp"

namespace dragoman::backends::webhook {

/// Who is answered, and how they want it.
struct Caller {
  Dialect dialect = Dialect::plain;
  std::optional<Format> format{};  ///< of the request, once it is known
  bool waits = false;              ///< ?wait=true
  bool is_alertmanager = false;    ///< by its User-Agent
};

/// A request that was taken.
struct Accepted {
  std::string id;
  bool duplicate = false;
  std::vector<std::string> messages{};  ///< ids of what was said
  bool pending = false;                 ///< for who waits: it is not with the XMPP server yet
  std::string text{};                   ///< of the first of them
  Timestamp time{};
};

/// What senders take for success: `ok` for those of Slack and Mattermost (Alertmanager takes any other text for a
/// failure), 204 or the message for Discord's, else JSON.
net::HttpResponse answer_accepted(const Caller& caller, const Accepted& accepted);

/// Why a request is not taken; `text` is for the caller, and says nothing of what lets somebody in.
struct Refusal {
  int status = 400;
  std::string text{};
  std::optional<std::chrono::seconds> retry_after{};
};

/// A problem (RFC 9457), or the words of Slack. Alertmanager does not try again after 429: it gets 503 instead.
net::HttpResponse answer_refused(const Caller& caller, const Refusal& refusal);

/// What to answer when reading a request ended in this: 400, 413, 415 or 422.
Refusal refusal_for(const Error& error);

/// For who looks at the address of a hook with a browser.
net::HttpResponse answer_to_browser();

}  // namespace dragoman::backends::webhook
