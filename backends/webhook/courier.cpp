#include "backends/webhook/courier.hpp"

#include <algorithm>
#include <utility>

#include "backends/webhook/out_format.hpp"
#include "backends/webhook/reply_desk.hpp"
#include "backends/webhook/retry_after.hpp"
#include "base/log.hpp"
#include "net/http_client.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr Duration request_patience = std::chrono::seconds{15};  // Standard Webhooks: 15 to 30 s
constexpr Duration reply_stall = std::chrono::seconds{5};
constexpr Duration composes_after = std::chrono::seconds{1};  // who answers at once shows nothing before

Answer failed(Error error) {
  Answer answer;
  answer.error = std::move(error);
  return answer;
}

template <class Value>
void append(std::vector<Value>& to, std::vector<Value>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Courier::Courier(Office& office, std::string hook, Outgoing settings, QueueLimits limits, Host& host)
    : office_(office),
      hook_(std::move(hook)),
      settings_(std::move(settings)),
      wanted_(wanted_by(settings_)),
      host_(host),
      queue_(office.random, limits),
      turn_(office.loop.gate(), [this] { end_turn(); }),
      wake_(office.loop.timers()),
      tasks_(office.loop) {}

Courier::~Courier() { *alive_ = nullptr; }

Wanted Courier::wanted_by(const Outgoing& settings) {
  auto wanted = Wanted::read(settings);
  if (wanted) return std::move(*wanted);
  LOG_ERROR("the settings of a hook cannot be read: all messages are sent", wanted.error());
  return std::move(*Wanted::read(Outgoing{}));
}

Result<void> Courier::set(Outgoing settings) {
  auto wanted = Wanted::read(settings);
  if (!wanted) return wanted.error();
  wanted_ = std::move(*wanted);
  settings_ = std::move(settings);
  return {};
}

void Courier::set_limits(const QueueLimits& limits) {
  QueueEffects effects = begin();
  queue_.set_limits(limits, effects);
  end(effects);
}

void Courier::start() {
  QueueEffects effects = begin();
  queue_.restore([this](const std::string& key) { return host_.kept(key); }, effects);
  end(effects);
}

void Courier::stop() {
  stopped_ = true;
  wake_.clear();
  batches_.clear();
  tasks_.stop();
}

void Courier::abandon() {
  QueueEffects effects = begin();
  queue_.clear(effects);
  for (const auto& [key, text] : effects.documents) host_.keep(key, text);
}

Result<bool> Courier::tell(Happening happening, Queue::Durable durable) {
  const auto format = out_format_named(settings_.format);
  const bool tellable = format && can_tell(*format, happening);
  if (!tellable || !wanted_.wants(happening, hook_)) return false;
  // What cannot be told at all is better known to who says it now than tomorrow.
  const Sender nobody;
  if (const auto fits = webhook::tell(settings_, happening, nobody); !fits) return fits.error();
  QueueEffects effects = begin();
  const auto taken = queue_.enqueue(std::move(happening), durable, effects);
  end(effects);
  if (!taken) return taken.error();
  return true;
}

Result<std::string> Courier::ping(Happening frame) {
  frame.type = Happening::Type::endpoint_ping;
  frame.id = "msg_" + office_.random.hex(16);
  if (frame.content.text.empty()) frame.content = chat::plain("ping");
  const std::string id = frame.id;
  const auto told = tell(std::move(frame), Queue::Durable::here);
  if (!told) return told.error();
  return id;
}

void Courier::forget(const std::string& id) {
  QueueEffects effects = begin();
  queue_.forget(id, effects);
  end(effects);
}

void Courier::retry() {
  QueueEffects effects = begin();
  queue_.retry(effects);
  end(effects);
}

void Courier::enable() {
  QueueEffects effects = begin();
  queue_.enable(effects);
  end(effects);
}

Result<void> Courier::replay(const std::string& id) {
  QueueEffects effects = begin();
  const auto replayed = queue_.replay(id, host_.kept(Queue::dead_key(id)), effects);
  end(effects);
  return replayed;
}

Result<Happening> Courier::dead_letter(const std::string& id) const {
  auto happening = read_happening(host_.kept(Queue::dead_key(id)));
  if (!happening) return failure(Fault::not_found, "nothing is left of the dead letter " + id);
  return happening;
}

QueueEffects Courier::begin() const {
  QueueEffects effects;
  effects.now = office_.loop.clock().now();
  effects.utc = office_.loop.clock().utc();
  return effects;
}

void Courier::end(QueueEffects& effects) {
  for (const auto& [key, text] : effects.documents) host_.keep(key, text);
  if (!effects.attempts.empty()) send_when_durable(std::move(effects.attempts));
  append(heard_.delivered, effects.delivered);
  append(heard_.returned, effects.returned);
  append(heard_.notices, effects.notices);
  if (effects.health) heard_.health = std::move(effects.health);
  turn_.arm();
}

net::HttpClient& Courier::http() {
  if (settings_.fingerprint.empty()) return office_.http;
  std::unique_ptr<net::HttpClient>& pinned = pinned_[settings_.fingerprint];
  if (!pinned) {
    net::TlsOptions tls;
    tls.fingerprints = {settings_.fingerprint};
    auto made =
        std::make_unique<net::PooledHttpClient>(office_.loop, std::move(tls), office_.software, office_.private_ranges);
    made->go_through(office_.proxy);
    pinned = std::move(made);
  }
  return *pinned;
}

void Courier::send_when_durable(std::vector<Attempt> attempts) {
  batches_.push_back(std::move(attempts));
  office_.loop.gate().when_durable([alive = alive_] {
    if (*alive != nullptr) (*alive)->send_next();
  });
}

void Courier::send_next() {
  if (stopped_ || batches_.empty()) return;
  std::vector<Attempt> batch = std::move(batches_.front());
  batches_.pop_front();
  for (Attempt& each : batch) {
    tasks_.spawn([this, attempt = std::move(each)] { return send(attempt); });
  }
}

Result<net::HttpRequest> Courier::request_of(const Attempt& attempt) {
  Sender sender{office_.software, office_.instance, {}};
  if (office_.replies != nullptr && settings_.replies) {
    sender.reply_url = office_.replies->make_url(hook_, attempt.happening);
  }
  auto request = webhook::tell(settings_, attempt.happening, sender);
  if (request) sign_request(*request, settings_, attempt.happening.id, office_.loop.clock().utc());
  return request;
}

net::Task<> Courier::send(Attempt attempt) {
  auto request = request_of(attempt);
  if (!request) {
    answered(attempt, failed(request.error()), {});
    co_return;
  }
  const Instant deadline = office_.loop.clock().now() + request_patience;
  net::HttpLimits limits;
  limits.timeout = request_patience;
  limits.stall = reply_stall;
  limits.most_body = longest_reply;
  limits.public_addresses_only = true;
  Timer composing{office_.loop.timers()};
  composing.set_after(composes_after, [this, &attempt] { waits(attempt.happening, true); });
  auto opened = co_await http().open(std::move(*request), limits);
  composing.clear();
  if (stopped_) co_return;
  if (!opened) {
    answered(attempt, failed(opened.error()), {});
    co_return;
  }
  const net::HttpIncoming& incoming = **opened;
  Answer answer;
  answer.status = incoming.head().status;
  answer.retry_after = read_retry_after(incoming.head().fields, office_.loop.clock().utc());
  std::vector<Reply> replies = co_await read_reply(**opened, deadline);
  if (stopped_) co_return;
  const bool may_be_said = attempt.first && settings_.replies && answer.status == 200;
  if (!may_be_said) replies.clear();
  answered(attempt, answer, std::move(replies));
}

net::Task<std::vector<Reply>> Courier::read_reply(net::HttpIncoming& incoming, Instant deadline) {
  std::vector<Reply> replies;
  std::string body;
  for (;;) {
    auto piece = co_await incoming.read();
    const bool late = office_.loop.clock().now() >= deadline;
    if (!piece || late || body.size() + piece->size() > longest_reply) co_return replies;
    if (piece->empty()) break;
    body += *piece;
  }
  auto read = read_replies(incoming.head().fields.get("Content-Type"), std::move(body));
  if (read) replies = std::move(*read);
  co_return replies;
}

void Courier::answered(const Attempt& attempt, const Answer& answer, std::vector<Reply> replies) {
  const std::string &hook = hook_, &event = attempt.happening.id;
  const int status = answer.status;
  const Fault fault = answer.status == 0 ? answer.error.fault : Fault::closed;
  if (answer.status == 0) {
    LOG_INFO("webhook not delivered", hook, event, fault);
  } else {
    LOG_DEBUG("webhook answered", hook, event, status);
  }
  waits(attempt.happening, false);
  QueueEffects effects = begin();
  queue_.on_answer(attempt.number, answer, effects);
  if (effects.opened) tell_of_failing(effects);
  if (!replies.empty()) replies_.emplace_back(attempt.happening, std::move(replies));
  end(effects);
}

void Courier::tell_of_failing(QueueEffects& effects) {
  Happening happening;
  happening.type = Happening::Type::endpoint_failing;
  happening.id = "msg_" + office_.random.hex(16);
  happening.time = effects.utc;
  happening.endpoint = hook_ + '@' + office_.domain;
  happening.content = chat::plain(queue_.health().text);
  const auto format = out_format_named(settings_.format);
  if (!wanted_.wants(happening, hook_) || !format || !can_tell(*format, happening)) return;
  // It waits behind everything else, and says afterwards that there was something.
  static_cast<void>(queue_.enqueue(std::move(happening), Queue::Durable::here, effects));
}

void Courier::waits(const Happening& about, bool waiting) {
  const auto known =
      std::find_if(composed_.begin(), composed_.end(), [&](const std::string& id) { return id == about.id; });
  if (waiting == (known != composed_.end())) return;
  if (waiting) {
    composed_.push_back(about.id);
  } else {
    composed_.erase(known);
  }
  waits_.emplace_back(about, waiting);
  turn_.arm();
}

void Courier::end_turn() {
  if (stopped_) return;
  rearm();
  const QueueEffects heard = std::exchange(heard_, {});
  const auto waits = std::exchange(waits_, {});
  const auto replies = std::exchange(replies_, {});
  for (const auto& [about, waiting] : waits) host_.on_waiting(about, waiting);
  for (const std::string& id : heard.delivered) host_.on_delivered(id);
  for (const auto& returned : heard.returned) host_.on_returned(returned);
  for (const auto& [to, said] : replies) host_.on_replies(to, said);
  for (const std::string& notice : heard.notices) host_.on_notice(notice);
  if (heard.health) host_.on_health(*heard.health);
}

void Courier::rearm() {
  const auto next = queue_.wake();
  if (!next) {
    wake_.clear();
    return;
  }
  wake_.set(*next, [this] {
    QueueEffects effects = begin();
    queue_.on_timer(effects);
    end(effects);
  });
}

}  // namespace dragoman::backends::webhook
