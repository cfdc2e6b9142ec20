#include "backends/matrix/connection.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/account.hpp"
#include "backends/matrix/appservice.hpp"
#include "backends/matrix/voices.hpp"
#include "base/log.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr auto worked = std::chrono::minutes{1};  // who was up so long begins with short delays again
constexpr auto limited_pause = std::chrono::minutes{1};

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
