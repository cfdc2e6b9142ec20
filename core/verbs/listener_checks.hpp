#pragma once

#include <functional>
#include <string>

#include "chat/finding.hpp"
#include "config.hpp"
#include "net/http_client.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"

// What `dragoman check` finds out about [admin] and [http].
namespace dragoman::verbs {

/// Whether the addresses that the gateway will listen at are free. Not while it runs: it has them.
chat::Findings check_listeners(net::Loop& loop, const Config& config);

/// Whether public_url leads to a web server with a certificate that is good; what that says is not looked at, because
/// the gateway need not run.
class PublicUrlCheck {
 public:
  PublicUrlCheck(net::Loop& loop, const std::string& public_url, std::string user_agent);

  /// Once. `done` may destroy this.
  void start(std::function<void(chat::Findings)> done);

 private:
  net::Task<> run();

  net::Loop& loop_;
  std::string url_;
  net::PooledHttpClient http_;
  chat::Findings findings_;
  net::TaskGroup tasks_;  // last: its task uses the others
};

}  // namespace dragoman::verbs
