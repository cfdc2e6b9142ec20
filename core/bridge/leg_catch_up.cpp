#include <algorithm>
#include <charconv>
#include <utility>

#include "bridge/leg.hpp"

// What was said in the room while the leg was away: what the network has kept is told later, of the rest the others are
// told that it was not heard.

namespace dragoman::bridge {

namespace {

constexpr std::size_t most_heard_ids = 512;
constexpr std::size_t most_put_off = 10'000;
/// Clocks of servers differ by less, and archives of XMPP may name whole seconds only (XEP-0082).
constexpr auto clock_difference = std::chrono::minutes{2};

Timestamp read_time(std::string_view& text) {
  std::int64_t milliseconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

}  // namespace

bool Leg::is_new(const chat::MessageReceived& event) {
  if (is_own(event.id) || (event.replayed && !was_missed(event))) return false;
  return note_heard(event.id, event.time.value_or(parts_.timers.clock().utc()));
}

bool Leg::was_missed(const chat::MessageReceived& event) const {
  if (!event.time || !heard_until_) return false;
  // Sessions in rooms of XMPP ask for what came behind the last that they know: its name tells more than its time.
  if (!leg_.is_xmpp || event.id.empty()) return *event.time > *heard_until_;
  return *event.time > std::max(listens_since_, *heard_until_ - clock_difference);
}

bool Leg::note_heard(const chat::MessageId& id, Timestamp time) {
  ++heard_;
  if (!id.empty()) {
    if (std::find(heard_ids_.begin(), heard_ids_.end(), id.text) != heard_ids_.end()) return false;
    heard_ids_.push_back(id.text);
    if (heard_ids_.size() > most_heard_ids) heard_ids_.pop_front();
  }
  if (!heard_until_ || time > *heard_until_) heard_until_ = time;
  keep_hook_.arm();
  return true;
}

// "[heard,listened]": milliseconds since 1970; the second one only when it has ended in order.

void Leg::keep_heard() {
  if (!heard_until_) return;
  std::string times = '[' + std::to_string(heard_until_->time_since_epoch().count());
  if (listened_until_) times += ',' + std::to_string(listened_until_->time_since_epoch().count());
  parts_.store.put({document_kind, owner_, place().str(), times + ']'});
}

void Leg::restore_heard() {
  const auto kept = parts_.store.reader_now().document(document_kind, owner_, place().str());
  if (!kept || !kept->starts_with('[')) return;
  std::string_view text = std::string_view{*kept}.substr(1);
  heard_until_ = read_time(text);
  if (text.starts_with(',')) listened_until_ = read_time(text = text.substr(1));
}

void Leg::catch_up(std::optional<Timestamp> away) {
  const Timestamp now = parts_.timers.clock().utc();
  const auto listened = std::exchange(listened_until_, std::nullopt);
  keep_hook_.arm();
  if (!heard_until_) {
    // For the first time: what the network says again of the time before is not for the others.
    heard_until_ = listens_since_ = now;
    return;
  }
  if (!leg_.is_heard() || leg_.is_xmpp) return;  // rooms of XMPP say by themselves what was missed
  if (capabilities().of(chat::Feature::history) == chat::Support::native) {
    chat::GetHistory history;
    history.conversation = {leg_.room, {}};
    history.since = *heard_until_;
    history.limit = std::min<std::size_t>(plan_.most, 1000);
    catching_up_ = next_command();
    session_->perform(*catching_up_, history);
    return;
  }
  const auto since = listened ? listened : away;
  if (since) host_.on_gap(*this, {{leg_.room, {}}, since, now});
}

void Leg::end_catch_up(const chat::HistoryPage* page) {
  catching_up_.reset();
  if (page != nullptr) {
    // A page has the newest ones.
    if (!page->complete && !page->messages.empty()) {
      host_.on_gap(*this, {{leg_.room, {}}, heard_until_, page->messages.front().time});
    }
    for (chat::MessageReceived message : page->messages) {
      message.replayed = true;
      host_.on_said(*this, message);
    }
  }
  for (const chat::Event& each : std::exchange(put_off_, {})) host_.on_said(*this, each);
}

void Leg::hear(const chat::Event& event) {
  if (!catching_up_) return host_.on_said(*this, event);
  put_off_.push_back(event);
  if (put_off_.size() >= most_put_off) end_catch_up(nullptr);
}

}  // namespace dragoman::bridge
