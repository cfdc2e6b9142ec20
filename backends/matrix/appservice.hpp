#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/matrix/appservice_api.hpp"
#include "backends/matrix/appservice_bot.hpp"
#include "backends/matrix/appservice_names.hpp"
#include "backends/matrix/appservice_registration.hpp"
#include "backends/matrix/appservice_requests.hpp"
#include "backends/matrix/appservice_transactions.hpp"
#include "backends/matrix/config.hpp"
#include "backends/matrix/portal_book.hpp"
#include "backends/matrix/state.hpp"
#include "backends/portal_desk.hpp"
#include "net/backoff.hpp"
#include "net/http_server.hpp"
#include "net/task_group.hpp"

namespace dragoman::chat {
struct Account;
}

namespace dragoman::backends::matrix {

class Hub;

/// A network as application service of a homeserver (`mode = "appservice"`): what the homeserver tells reaches the
/// sessions of those whom it concerns, people of XMPP are there as its users ("ghosts"), and it speaks for them.
/// Owned by the Hub; its tasks have ended when it is idle.
class AppService {
 public:
  AppService(Hub& hub, const ServiceConfig& config);
  AppService(const AppService&) = delete;
  AppService& operator=(const AppService&) = delete;

  /// Reads the registration (makes it, when there is none), takes its path of the public listener, and has the
  /// homeserver ask back, again and again until it does.
  void start();
  void stop();
  bool idle() const { return tasks_.empty(); }

  const ServiceConfig& config() const { return config_; }
  GhostNames& names() { return names_; }
  ServiceBot& bot() { return bot_; }
  /// "the homeserver reaches us", or why not yet; for the operator.
  const std::string& state() const { return state_; }
  /// What is to be given to the homeserver, for a listener that is reached at `public_url`. Fault::not_found without.
  Result<std::string> registration_text(const std::string& public_url, Random& random);

  /// Whether the account is one that we speak for: a ghost, or one of the homeserver that was linked.
  bool speaks_for(const chat::Account& account) const;
  /// Whether the user is somebody of another network for whom a bridge speaks.
  bool is_voice(const std::string& user_id) const;
  /// As whom an account is on Matrix.
  std::string user_of(const chat::Account& account);
  /// Gets somebody in: the ghost and our device exist, tokens are lent. Nothing: they may begin.
  net::Task<std::optional<Ending>> enter(Identity me, std::string name);
  /// A session has heard from /sync what was told before it began.
  void arrived(const std::string& owner);

  // As backends::MakesPortals, appservice_portals.cpp.
  void set_portal_desk(PortalDesk& desk);
  void on_portal_gone(const Portal& portal, bool by_moderators);

 private:
  net::Task<Result<Homeserver>> find();
  net::Task<> introduce();
  net::Task<bool> try_to_introduce();
  void is(std::string words);
  ServiceDesk desk() const;
  std::string url_at(const std::string& public_url) const;

  // What the homeserver asks, appservice_listener.cpp.
  Result<void> listen();
  std::string path() const;
  net::Task<> answer(net::HttpExchange& exchange);
  net::Task<net::HttpResponse> take_transaction(std::string id, std::string body);
  net::Task<net::HttpResponse> find_user(std::string user_id);

  // Rooms that are asked for, appservice_portals.cpp.
  net::Task<net::HttpResponse> find_portal(std::string alias);
  Result<void> may_make(const Portal& portal) const;
  net::HttpResponse refuse_portal(const std::string& alias, const Error& why) const;
  net::Task<Result<void>> open_portal(Portal portal);
  net::Task<Result<void>> make_portal_room(Portal portal, std::string alias);
  net::Task<> remove_portal(std::string room);
  /// Portals whose bridges are no more, which could not be removed when that was so.
  void tidy_portals();

  // Whom a transaction concerns, appservice_told.cpp.
  void tell(const std::vector<Event>& events);
  void wake_for(const Event& event);
  void wake(const std::string& owner);
  bool has_session(const std::string& user_id) const;
  /// Something is said to somebody of a bridge alone, for whom nobody hears it.
  void miss(const Event& event, const std::string& user_id);
  net::Task<> say_missed(std::string user_id, std::string room, std::string key);
  const std::string& owners_of_chat(const std::string& room);
  void note_chat(const Event& event);
  void keep_awaited();
  void load_awaited();
  void act(ServiceBot::Actions actions);
  net::Task<> perform(ServiceBot::Actions actions);

  Hub& hub_;
  ServiceConfig config_;
  GhostNames names_;
  TransactionLog log_;
  ServiceBot bot_;
  PortalBook portals_;
  PortalDesk* portal_desk_ = nullptr;  // nullptr: nobody makes bridges
  /// By the room of XMPP: what the desk has answered, of aliases that are being asked for.
  std::map<std::string, std::optional<Result<void>>> asked_;
  std::optional<Registration> registration_;
  std::optional<ServiceAccess> access_;  // once the homeserver was found
  std::string state_ = "not started";
  std::unordered_map<std::string, std::string> chats_;  // by room: whose direct chat it is, a line each
  std::set<std::string> awaited_;                       // owners who have not heard yet what was told of them
  bool introducing_ = false, introduced_ = false;
  net::Backoff backoff_;
  net::TaskGroup tasks_;  // last: its tasks use the others
};

}  // namespace dragoman::backends::matrix
