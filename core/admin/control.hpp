#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/commands/word.hpp"

namespace dragoman::admin {

/// The words of whoever operates the gateway (gateway/commands/word.hpp), as lines of JSON. A request is one line:
///
///   {"word": "ban add", "arguments": {"jid": "mallory@example.org", "for": "2d"}, "network": "irc.example.org",
///    "text": true}
///
/// `network` may be missing: all of them. The answer is one line for each network that has something to say (the
/// program itself has no "network"), and one more:
///
///   {"network": "irc.example.org", "said": "mallory@example.org is banned until ...", "sessions_ended": 1}
///   {"network": "irc.example.org", "text": "..."}                    with "text": true
///   {"network": "irc.example.org", "error": {"fault": "not_found", "text": "..."}}
///   {"done": true, "ok": true}
class Control {
 public:
  /// The networks that there are, by their jid.
  using Networks = std::function<std::vector<std::string>()>;
  /// nullptr: it is gone.
  using Find = std::function<gateway::Context*(const std::string& jid)>;

  Control(Networks networks, Find find) : networks_(std::move(networks)), find_(std::move(find)) {}

  /// `by`: who asks, for the log. `reply` is called once with the whole answer, now or in a later turn of the loop; not
  /// after this object is gone.
  void handle(std::string_view request, const std::string& by, std::function<void(std::string lines)> reply);

 private:
  struct Request;
  struct Talk;
  static Result<Request> read(std::string_view text);
  void go_on(const std::shared_ptr<Talk>& talk);
  static std::string answer_of(const Talk& talk);

  Networks networks_;
  Find find_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // looked at by answers that come later
};

}  // namespace dragoman::admin
