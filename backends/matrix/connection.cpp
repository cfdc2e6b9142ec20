#include "backends/matrix/connection.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/account.hpp"
#include "backends/matrix/api.hpp"
#include "backends/matrix/appservice.hpp"
#include "backends/matrix/errors.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/login.hpp"
#include "backends/matrix/voices.hpp"
#include "base/log.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr auto worked = std::chrono::minutes{1};  // who was up so long begins with short delays again
constexpr auto early = std::chrono::seconds{30};  // before the access token expires it is renewed

constexpr auto limited_pause = std::chrono::minutes{1};

constexpr const char* log_in_anew =
    "the homeserver has ended this login; log in again: write \"login\" to the gateway, or register anew";

constexpr const char* no_relay_account =
    "this bridge has no Matrix account: give it one as [network.matrix.relay] in the configuration";

constexpr const char* relay_refused =
    "the homeserver does not take user and password of [network.matrix.relay] in the configuration";

constexpr const char* register_first =
    "you need your Matrix account for this: register with it, or write \"login\" to the gateway";

std::string as_sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + '.';
}

Identity identity_of(Hub& hub, const chat::Account& account) {
  const std::string key = session_key(account);
  const Tokens* tokens = hub.tokens().find(key);
  Identity me{key, user_id_of(account), hub.device_id_of(key)};
  me.deaf = is_voice_account(account);
  if (me.deaf) me.wished_name = account.nickname;
  me.is_bridge = account.is_bridge;
  me.reads_privately = reads_privately(account);
  me.threads_inline = wants_threads_inline(account, hub.config());
  if (AppService* service = hub.service(); service != nullptr && service->speaks_for(account)) {
    me.ghost = me.user_id.empty();
    me.pushed = true;
    me.user_id = service->user_of(account);
    return me;
  }
  if (tokens != nullptr && tokens->user_id == me.user_id) me.device_id = tokens->device_id;
  return me;
}

}  // namespace

Connection::Connection(Hub& hub, const chat::Account& account, chat::Observer& observer)
    : hub_(hub),
      owner_(session_key(account)),
      observer_(&observer),
      account_(account),
      session_(
          hub.shared(), identity_of(hub, account),
          [&hub, owner = session_key(account), user = identity_of(hub, account).user_id](const std::string& key) {
            return hub.tokens().kept(owner, user, key);
          },
          [this] { look_soon(); }),
      turn_(hub.loop().gate(), [this] { end_turn(); }),
      wake_(hub.loop().timers()),
      retry_(hub.loop().timers()),
      soon_(hub.loop().timers()),
      backoff_(hub.config().reconnect_min, hub.config().reconnect_max, hub.services().random),
      tasks_(hub.loop()) {
  hub_.add(*this);
}

Connection::~Connection() {
  *alive_ = nullptr;
  hub_.queue().cancel(*this);
  hub_.remove(*this);
}

void Connection::start() {
  if (life_ != Life::idle) return;
  const std::string &owner = owner_, &network = hub_.jid(), &user = session_.me().user_id;
  LOG_INFO("matrix connects", owner, network, user);
  life_ = Life::waiting;
  wait_for_place();
}

void Connection::perform(chat::CommandId id, const chat::Command& command) {
  if (life_ == Life::stopped) return;
  Effects effects = begin();
  session_.perform(id, command, effects);
  end(effects);
}

void Connection::push(const std::vector<Event>& events) {
  if (life_ != Life::connected || !session_.me().pushed) return;
  Effects effects = begin();
  session_.on_pushed(events, effects);
  end(effects);
}

void Connection::stop() {
  if (life_ == Life::stopped) return;
  if (life_ != Life::idle) {
    const std::string &owner = owner_, &network = hub_.jid();
    LOG_INFO("matrix left", owner, network);
  }
  Effects effects = begin();
  session_.stop(effects);
  life_ = Life::stopped;
  observer_ = nullptr;
  under_way_.clear();
  wake_.clear();
  retry_.clear();
  soon_.clear();
  hub_.remove(*this);
  hub_.queue().cancel(*this);
  give_back_place();
  tasks_.stop();
}

void Connection::begin_now() {
  in_place_ = true;
  life_ = Life::connecting;
  tasks_.spawn([this] { return connect(); });
}

void Connection::give_back_place() {
  if (std::exchange(in_place_, false)) hub_.queue().finished(*this);
}

void Connection::wait_for_place() {
  const Tokens* tokens = hub_.tokens().find(owner_);
  hub_.queue().request(*this, tokens != nullptr ? to_text(tokens->homeserver) : homeserver_of(account_));
}

net::Task<> Connection::connect() {
  const auto refused = co_await get_tokens(false);
  if (life_ == Life::stopped) co_return;
  if (refused) {
    lose(*refused);
    co_return;
  }
  life_ = Life::connected;
  was_ready_ = false;
  up_since_ = hub_.clock().now();
  const Tokens* tokens = hub_.tokens().find(owner_);
  Effects effects = begin();
  session_.on_connected(tokens == nullptr ? std::string{} : to_text(tokens->homeserver), effects);
  end(effects);
}

net::Task<> Connection::refresh() {
  const auto refused = co_await get_tokens(true);
  refreshing_ = false;
  if (life_ != Life::connected) co_return;
  Effects effects = begin();
  session_.on_tokens(refused, effects);
  end(effects);
}

bool Connection::renew_tokens() {
  if (life_ != Life::connected) return false;
  if (!std::exchange(refreshing_, true)) tasks_.spawn([this] { return refresh(); });
  return true;
}

std::optional<Ending> Connection::told_logged_out() { return Ending{Fault::unauthorized, log_in_anew, false}; }

net::Task<std::optional<Ending>> Connection::find_own_homeserver() {
  const HomeserverName name = homeserver_name(account_, hub_.config());
  const auto found = co_await find_homeserver(hub_.http(), hub_.clock(), name.name, name.public_only);
  if (!found) {
    const Error why = explain(found.error(), name);
    Ending ending{why.fault, why.text, true};
    co_return ending;
  }
  account_.settings.set("base_url", to_text(found->homeserver));
  account_.settings.set("public_only", found->homeserver.public_only ? "1" : "0");
  co_return std::nullopt;
}

net::Task<std::optional<Ending>> Connection::get_tokens(bool renews) {
  const Tokens* kept = hub_.tokens().find(owner_);
  const bool ours = kept != nullptr && kept->user_id == session_.me().user_id;
  // What is refused from now on is refused for that, and nobody wants to come in again.
  if (logged_out_) co_return told_logged_out();
  if (session_.me().pushed) {
    // A bridge whose configuration gives it no nickname is called as it is.
    const bool unnamed = account_.nickname.empty() && account_.is_bridge;
    std::string name = unnamed ? account_.owner : account_.nickname;
    co_return co_await hub_.service()->enter(session_.me(), std::move(name));
  }
  if (ours && !renews && (!kept->expires || hub_.clock().utc() + early < *kept->expires)) co_return std::nullopt;
  if (ours && !kept->refresh.empty()) {
    Tokens old = *kept;
    const Renewal renewal = co_await renew(hub_.http(), hub_.clock(), std::move(old));
    if (life_ == Life::stopped) co_return std::nullopt;
    if (logged_out_) co_return told_logged_out();
    if (renewal.tokens) {
      hub_.tokens().keep(owner_, *renewal.tokens);
      co_return std::nullopt;
    }
    if (renewal.again) {
      Ending ending{renewal.error.fault, renewal.error.text, true};
      co_return ending;
    }
  }
  // A device that was signed out elsewhere stays so; one whose token has merely expired may come back.
  const bool may = !account_.password.empty() && (!ours || soft_logout_ || !renews);
  if (session_.me().user_id.empty()) {
    Ending ending{Fault::members_only, account_.is_bridge ? no_relay_account : register_first, false};
    co_return ending;
  }
  if (may && homeserver_of(account_).empty()) {
    const auto refused = co_await find_own_homeserver();
    if (life_ == Life::stopped) co_return std::nullopt;
    if (refused) co_return refused;
  }
  const auto base = parse_base_url(homeserver_of(account_));
  if (!may && account_.is_bridge) {  // the configuration still says that it is to be logged in
    hub_.tokens().forget(owner_);
    Ending ending{Fault::unauthorized, "the homeserver has ended the login of this bridge", true};
    co_return ending;
  }
  if (!may || !base) {
    Ending ending{Fault::unauthorized, log_in_anew, false};
    co_return ending;
  }
  Credentials credentials = credentials_of(account_);
  credentials.device_id = session_.me().device_id;
  credentials.device_name = hub_.config().device_name;
  Homeserver homeserver{*base, is_public_only(account_)};
  const auto tokens = co_await log_in_with_password(hub_.http(), hub_.clock(), std::move(homeserver), credentials);
  if (life_ == Life::stopped) co_return std::nullopt;
  if (!tokens) {
    // A homeserver that did not answer may do so later; the one that said no is not asked again.
    const Fault fault = tokens.error().fault;
    const bool again = fault == Fault::unavailable || fault == Fault::timeout || fault == Fault::limited;
    const char* const how = account_.is_bridge ? relay_refused : log_in_anew;
    Ending ending{again ? fault : Fault::unauthorized, again ? tokens.error().text : how, again};
    co_return ending;
  }
  if (logged_out_) {
    co_await log_out(hub_.http(), hub_.clock(), *tokens);
    co_return told_logged_out();
  }
  hub_.tokens().keep(owner_, *tokens);
  co_return std::nullopt;
}

net::Task<> Connection::send(Request request) {
  const Tokens* tokens = hub_.tokens().find(owner_);
  if (tokens == nullptr) co_return;
  net::HttpRequest http = make_request(tokens->homeserver, request.method, tokens->path_of(request.path),
                                       std::move(request.body), tokens->access);
  if (!http.body.empty() && !request.media_type.empty()) http.fields.set("Content-Type", request.media_type);
  net::HttpLimits limits;
  limits.timeout = request.timeout;
  limits.most_body = request.most_body;
  limits.public_addresses_only = tokens->homeserver.public_only;
  auto response = co_await hub_.http().send(std::move(http), limits);
  if (!under_way_.contains(request.id)) co_return;
  co_await hub_.services().pressure.released();
  if (under_way_.erase(request.id) == 0) co_return;
  log_answer(request, response);
  Returned returned;
  if (response) {
    if (response->status == 401) soft_logout_ = read_refusal(*response, hub_.clock().utc()).soft_logout;
    returned.response = std::move(*response);
  } else {
    returned.error = response.error();
  }
  Effects effects = begin();
  session_.on_response(request.id, returned, effects);
  end(effects);
}

net::Task<> Connection::transfer(Transfer wanted) {
  const CallId id = wanted.id;
  const auto uploaded = co_await upload(std::move(wanted));
  if (under_way_.erase(id) == 0) co_return;
  Effects effects = begin();
  session_.on_upload(id, uploaded, effects);
  end(effects);
}

void Connection::log_answer(const Request& request, const Result<net::HttpResponse>& response) const {
  if (!log::enabled(log::Level::debug, owner_)) return;
  const std::string &owner = owner_, &network = hub_.jid();
  // Neither what was searched for nor where we are in the sync: the path alone.
  const std::string asked = request.method + ' ' + request.path.substr(0, request.path.find('?'));
  const int status = response ? response->status : 0;
  const std::size_t bytes = response ? response->body.size() : 0;
  LOG_DEBUG_OF(owner_, "matrix request", owner, network, asked, status, bytes);
}

Effects Connection::begin() { return {hub_.clock().now(), hub_.clock().utc(), heard_}; }

void Connection::end(Effects& effects) {
  // Of who has just been logged out nothing is kept any more.
  if (!effects.documents.empty() && hub_.tokens().find(owner_) != nullptr) {
    for (const auto& [key, text] : effects.documents) hub_.tokens().keep(owner_, session_.me().user_id, key, text);
    note_unwritten(effects);
  }
  for (const CallId id : effects.abandoned) under_way_.erase(id);
  if (life_ == Life::connected) {
    send_when_durable(effects);
    if (effects.refresh) renew_tokens();
  }
  turn_.arm();
  if (effects.ending && life_ == Life::connected) lose(*effects.ending);
}

void Connection::note_unwritten(const Effects& effects) {
  std::vector<std::string> keys;
  for (const auto& [key, text] : effects.documents) {
    keys.push_back(key);
    ++unwritten_[key];
  }
  hub_.loop().gate().when_durable([alive = alive_, keys = std::move(keys)] {
    if (*alive == nullptr) return;
    std::map<std::string, std::size_t>& unwritten = (*alive)->unwritten_;
    for (const std::string& key : keys) {
      const auto found = unwritten.find(key);
      if (--found->second == 0) unwritten.erase(found);
    }
  });
}

void Connection::send_what_is_kept(Effects& effects) {
  const auto is_kept = [this](const Request& each) {
    return !each.kept_in.empty() && !unwritten_.contains(each.kept_in);
  };
  const auto kept = std::stable_partition(effects.requests.begin(), effects.requests.end(),
                                          [&is_kept](const Request& each) { return !is_kept(each); });
  for (auto each = kept; each != effects.requests.end(); ++each) {
    under_way_.insert(each->id);
    tasks_.spawn([this, request = std::move(*each)] { return send(request); });
  }
  effects.requests.erase(kept, effects.requests.end());
}

void Connection::send_when_durable(Effects& effects) {
  send_what_is_kept(effects);
  if (effects.requests.empty() && effects.transfers.empty()) return;
  for (const Request& each : effects.requests) under_way_.insert(each.id);
  for (const Transfer& each : effects.transfers) under_way_.insert(each.id);
  batches_.push_back({std::move(effects.requests), std::move(effects.transfers)});
  hub_.loop().gate().when_durable([alive = alive_] {
    if (*alive != nullptr) (*alive)->send_next();
  });
}

void Connection::send_next() {
  Batch batch = std::move(batches_.front());
  batches_.pop_front();
  for (Request& each : batch.requests) {
    if (!under_way_.contains(each.id)) continue;  // given up meanwhile
    tasks_.spawn([this, request = std::move(each)] { return send(request); });
  }
  for (Transfer& each : batch.transfers) {
    if (!under_way_.contains(each.id)) continue;
    tasks_.spawn([this, wanted = std::move(each)] { return transfer(wanted); });
  }
}

void Connection::lose(const Ending& ending) {
  const Instant now = hub_.clock().now();
  under_way_.clear();
  give_back_place();
  if (std::exchange(was_ready_, false) && now - up_since_ >= worked) backoff_.reset();
  life_ = Life::waiting;
  std::optional<Instant> retry_at;
  if (ending.again) {
    const Duration pause = std::max<Duration>(backoff_.next(), ending.pause);
    // Who wants fewer logins is not asked again at once.
    retry_at = now + (ending.fault == Fault::limited ? std::max<Duration>(pause, limited_pause) : pause);
  }
  const Duration delay = retry_at ? *retry_at - now : Duration{};
  const std::string &owner = owner_, &network = hub_.jid(), &reason = ending.text;
  const Fault fault = ending.fault;
  LOG_WARN("matrix homeserver lost", owner, network, fault, reason, delay);
  Effects effects = begin();
  session_.on_lost(ending, retry_at, effects);
  end(effects);
  if (!retry_at) heard_.events.emplace_back(chat::Notice{{}, as_sentence(ending.text), std::nullopt});
  if (retry_at) {
    retry_.set(*retry_at, [this] { wait_for_place(); });
  } else {
    life_ = Life::idle;
  }
}

void Connection::end_turn() {
  if (!was_ready_ && session_.stage() == Stage::ready) {
    was_ready_ = true;
    give_back_place();
    const std::string &owner = owner_, &network = hub_.jid(), &user = session_.me().user_id;
    LOG_INFO("matrix ready", owner, network, user);
  }
  if (session_.me().pushed && session_.is_up_to_date()) hub_.service()->arrived(owner_);
  if (life_ != Life::stopped) rearm();
  deliver();  // last: it may have stopped us
}

bool Connection::is_heard_by_another(const chat::Event& event) const {
  const auto* message = std::get_if<chat::MessageReceived>(&event);
  if (!session_.me().deaf || message == nullptr || message->conversation.is_room()) return false;
  const std::vector<Connection*>& live = hub_.live();
  const auto first = std::find_if(live.begin(), live.end(), [this](const Connection* each) {
    return each->session_.me().deaf && each->session_.me().user_id == session_.me().user_id;
  });
  return first != live.end() && *first != this;
}

void Connection::deliver() {
  const Heard heard = std::exchange(heard_, {});
  for (const chat::Event& event : heard.events) {
    if (observer_ == nullptr) break;
    if (is_heard_by_another(event)) continue;
    observer_->on_event(event);
  }
}

void Connection::rearm() {
  const auto next = session_.wake();
  // A later deadline is left to the earlier timer, which asks again.
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = next;
  wake_.set(*next, [this] {
    armed_.reset();
    Effects effects = begin();
    session_.on_wake(effects);
    end(effects);
  });
}

void Connection::look_soon() {
  if (life_ == Life::stopped) return;
  soon_.set(hub_.clock().now(), [this] {
    Effects effects = begin();
    session_.on_shared(effects);
    end(effects);
  });
}

}  // namespace dragoman::backends::matrix
