#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "chat/finding.hpp"
#include "net/connect.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"
#include "xmpp/component_stream.hpp"

namespace dragoman::verbs {

/// Tries to log in as a component (XEP-0114) and logs out at once. Not while a gateway runs with this domain: Prosody
/// would end the running one's stream ("kick_old"), ejabberd would send half of the stanzas here.
class ComponentLogin {
 public:
  ComponentLogin(net::Loop& loop, net::Endpoint server, std::string domain, Secret<std::string> secret);

  /// Once. `done` may destroy this.
  void start(std::function<void(chat::Findings)> done);

 private:
  net::Task<> run();
  net::Task<bool> resolve();
  net::Task<> shake_hands();
  net::Task<bool> exchange();
  net::Task<bool> write_all();
  void found(chat::Finding::Grade grade, std::string text);

  net::Loop& loop_;
  net::Endpoint server_;
  std::string domain_, subject_;
  Secret<std::string> secret_;
  chat::Findings findings_;
  std::unique_ptr<net::Stream> stream_;
  bool late_ = false;  ///< the stream was closed because nothing came
  std::unique_ptr<xmpp::ComponentStream> xmpp_;
  std::string to_send_;
  std::vector<xmpp::ComponentStream::Output> outputs_;
  net::TaskGroup tasks_;  // last: its task uses the others
};

}  // namespace dragoman::verbs
