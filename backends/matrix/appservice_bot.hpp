#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "backends/matrix/appservice_names.hpp"
#include "backends/matrix/event.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

namespace dragoman::backends::matrix {

/// The service's own user, in direct chats: it says what it is, and hears the codes by which people of the homeserver
/// prove that an account is theirs. Only their homeserver can say that a message is from them.
class ServiceBot {
 public:
  static constexpr auto code_lifetime = std::chrono::minutes{10};

  struct Saying {
    std::string room, key, text;  ///< `key`: the event that it answers
  };
  struct Actions {
    std::vector<std::string> enters;  ///< rooms that it was invited to
    std::vector<Saying> says;
    std::vector<std::function<void()>> proved;  ///< of codes that came: called behind everything else
  };

  ServiceBot(GhostNames& names, std::function<std::string()> kept, std::function<void(const std::string&)> keep);

  /// Its user id, once the registration was read; reads which rooms it is in.
  void begin(const std::string& user_id);
  const std::string& user_id() const { return user_id_; }
  void on_event(const Event& event, Instant now, Actions& actions);

  /// Somebody of XMPP says that this account is theirs: `proved` is called when the account says the code that is given
  /// back, unless it was given up before.
  std::string expect(const std::string& owner, const std::string& user_id, Random& random, Instant now,
                     std::function<void()> proved);
  void give_up(const std::string& code) { expected_.erase(code); }

 private:
  struct Expected {
    std::string owner, user_id;
    Instant until{};
    std::function<void()> proved;
  };
  void on_membership(const Event& event, Actions& actions);
  std::string answer_to(const Event& event, Instant now, Actions& actions);

  GhostNames& names_;
  std::function<std::string()> kept_;
  std::function<void(const std::string&)> keep_;
  std::string user_id_;
  std::set<std::string> chats_;               // rooms with one person
  std::map<std::string, Expected> expected_;  // by code
};

}  // namespace dragoman::backends::matrix
