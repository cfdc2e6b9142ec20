#include <utility>

#include "backends/webhook/hub.hpp"
#include "backends/webhook/ingress.hpp"
#include "base/timers.hpp"
#include "net/wakeup.hpp"

// What becomes of a request that may be told: once, within the rate, now or later.

namespace dragoman::backends::webhook {

namespace {

constexpr Duration waiting_patience = std::chrono::seconds{8};  // of ?wait=true
constexpr Duration room_patience = std::chrono::seconds{4};     // many senders wait ten, and GitHub comes only once
constexpr Duration room_pause = std::chrono::milliseconds{100};

std::chrono::seconds seconds_until(Instant when, Instant now) {
  // A bucket says a moment too much, so that nobody wakes too early.
  const Duration left = when - now - std::chrono::milliseconds{1};
  return std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds{1});
}

}  // namespace

std::optional<net::HttpResponse> Ingress::find_duplicate(const Taken& taken) {
  if (!taken.delivery) return std::nullopt;
  Feed& feed = *hub_.feed(taken.hook);
  if (in_flight_.contains(flight_of(taken))) {
    const Refusal refusal{503, "This delivery is being taken just now.", std::chrono::seconds{2}};
    return answer_refused(taken.caller, refusal);
  }
  const auto* known = feed.deliveries().find(taken.delivery->key, hub_.now());
  if (known == nullptr) return std::nullopt;
  if (known->body != taken.digest) {
    return refuse(feed.hook(), taken.caller, taken.entry, {409, "Another request had this delivery id."},
                  "the id of another delivery");
  }
  Accepted again;
  again.id = known->id;
  again.duplicate = true;
  again.time = hub_.now();
  return answer_accepted(taken.caller, again);
}

Ingress::Told Ingress::tell(Taken taken) {
  Told told;
  told.caller = taken.caller;
  Feed* feed = hub_.feed(taken.hook);
  if (feed == nullptr) {
    told.refused = answer_refused(taken.caller, {410, "This hook was deleted."});
    return told;
  }
  if (told.refused = find_duplicate(taken); told.refused) return told;
  const Hook& hook = feed->hook();
  const Instant now = hub_.clock().now();
  LogEntry& entry = taken.entry;
  entry.time = hub_.now();
  const bool within_rate = feed->takes(now) && hub_.owner_takes(hook.owner);
  if (!within_rate && hook.over == Hook::Over::reject) {
    told.refused = refuse(hook, taken.caller, entry,
                          {429, "Too many requests to this hook.", seconds_until(feed->takes_again_at(now), now)},
                          "over the rate");
    return told;
  }
  if (taken.postings.empty()) {
    entry.note = "left out by the filter or the list of events, or nothing to say";
  } else if (hook.muted_until && *hook.muted_until > hub_.now()) {
    entry.note = "muted";
    entry.unsaid = std::move(taken.postings);
  } else if (!within_rate) {
    entry.note =
        hook.over == Hook::Over::digest ? "over the rate: told together with others" : "over the rate: not told";
    if (hook.over == Hook::Over::digest) feed->gather(taken.postings);
    entry.unsaid = std::move(taken.postings);
  } else {
    entry.said = feed->say(std::move(taken.postings));
  }
  Accepted& accepted = told.accepted;
  accepted.id = entry.id;
  accepted.time = entry.time;
  for (const Said& each : entry.said) accepted.messages.push_back(each.id);
  if (!entry.said.empty()) accepted.text = entry.said.front().posting.content.text;
  entry.status = answer_accepted(taken.caller, accepted).status;
  entry.took = now - taken.begun;
  if (taken.delivery) {
    const auto kept = std::chrono::duration_cast<std::chrono::milliseconds>(taken.delivery->kept);
    feed->deliveries().add(taken.delivery->key, {hub_.now() + kept, taken.digest, entry.id});
  }
  for (Posting& each : entry.unsaid) each.files.clear();
  feed->log().append(std::move(entry));
  return told;
}

net::Task<bool> Ingress::has_room() {
  const net::Pressure& pressure = hub_.services().pressure;
  const Instant until = hub_.clock().now() + room_patience;
  while (pressure.high() && hub_.clock().now() < until)
    co_await hub_.services().loop.sleep_until(hub_.clock().now() + room_pause);
  co_return !pressure.high();
}

net::Task<bool> Ingress::is_with_server() {
  Services& services = hub_.services();
  if (!services.when_taken) co_return false;
  net::Wakeup wakeup{services.loop};
  struct Waiting {
    net::Wakeup* sleeper;
    bool taken = false;
  };
  // Shared with the link, which may call it when this task, and the wakeup with it, is gone.
  const auto waiting = std::make_shared<Waiting>();
  waiting->sleeper = &wakeup;
  services.when_taken([waiting] {
    waiting->taken = true;
    if (waiting->sleeper != nullptr) waiting->sleeper->wake();
  });
  const Instant until = hub_.clock().now() + waiting_patience;
  Timer patience{services.loop.timers()};
  patience.set(until, [&wakeup] { wakeup.wake(); });
  while (!waiting->taken && hub_.clock().now() < until) {
    const bool woken = co_await wakeup.wait();
    if (woken) continue;
    waiting->sleeper = nullptr;
    net::throw_stopped();
  }
  waiting->sleeper = nullptr;
  co_return waiting->taken;
}

void Ingress::complain(Feed& feed, const std::string& format, const std::string& text) {
  feed.tell_owner("A request to " + feed.name() + " was refused, and nothing of it said: as " + format + ", " + text +
                  ". The command \"log\" shows which.");
}

}  // namespace dragoman::backends::webhook
