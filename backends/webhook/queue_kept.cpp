#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/queue.hpp"

// What a queue keeps over restarts:
//
//   state     how the other side is, and how the first one went so far
//   range     "first next": out/<first> ... are events that nobody else keeps, some of them gone by now
//   dead      the list of dead letters; each is in dead/<id>

namespace dragoman::backends::webhook {

namespace {

std::int64_t milliseconds_of(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp from_milliseconds(std::int64_t count) { return Timestamp{std::chrono::milliseconds{count}}; }

std::int64_t whole(const nlohmann::json& value, std::string_view key) {
  return std::max<std::int64_t>(number_at(value, key).value_or(0), 0);
}

}  // namespace

void Queue::keep_state(QueueEffects& effects) {
  nlohmann::json state = nlohmann::json::object();
  if (failures_ > 0) state["failures"] = failures_;
  if (failing_since_) state["since"] = milliseconds_of(*failing_since_);
  if (disabled()) state["disabled"] = disabled_;
  if (told_) state["told"] = true;
  if (gap_ > 0) state["gap"] = gap_;
  Before first = before_;
  if (!entries_.empty() && (entries_.front().attempts > 0 || entries_.front().happening.gap > 0)) {
    const Entry& entry = entries_.front();
    first = {entry.happening.id, entry.attempts, entry.refusals, entry.taken, entry.happening.gap};
  }
  if (!first.id.empty()) {
    state["first"] = {{"id", first.id},
                      {"attempts", first.attempts},
                      {"refusals", first.refusals},
                      {"taken", milliseconds_of(first.taken)},
                      {"gap", first.gap}};
  }
  std::string text = state.empty() ? std::string{} : dump_json(state);
  if (text == state_text_) return;
  state_text_ = text;
  effects.documents.emplace_back("state", std::move(text));
}

void Queue::keep_range(QueueEffects& effects) {
  const auto first =
      std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.place != 0; });
  std::string text;
  if (first != entries_.end()) text = std::to_string(first->place) + ' ' + std::to_string(next_place_);
  if (text == range_text_) return;
  range_text_ = text;
  effects.documents.emplace_back("range", std::move(text));
}

void Queue::keep_dead(QueueEffects& effects) {
  nlohmann::json list = nlohmann::json::array();
  for (const Dead& each : dead_) {
    list.push_back(
        {{"id", each.id}, {"at", milliseconds_of(each.since)}, {"why", each.why}, {"attempts", each.attempts}});
  }
  effects.documents.emplace_back("dead", dead_.empty() ? std::string{} : dump_json(list));
}

void Queue::bury(const Entry& entry, const std::string& why, QueueEffects& effects) {
  const std::string& id = entry.happening.id;
  effects.documents.emplace_back(dead_key(id), write_happening(entry.happening));
  dead_.push_back({id, effects.utc, why, entry.attempts});
  drop_old_dead(effects);
  keep_dead(effects);
}

void Queue::drop_old_dead(QueueEffects& effects) {
  while (!dead_.empty() &&
         (dead_.size() > limits_.most_dead || effects.utc - dead_.front().since > limits_.dead_kept)) {
    effects.documents.emplace_back(dead_key(dead_.front().id), "");
    dead_.pop_front();
  }
}

bool Queue::is_dead(const std::string& id) const {
  return std::any_of(dead_.begin(), dead_.end(), [&](const Dead& each) { return each.id == id; });
}

Result<void> Queue::replay(const std::string& id, const std::string& text, QueueEffects& effects) {
  const auto found = std::find_if(dead_.begin(), dead_.end(), [&](const Dead& each) { return each.id == id; });
  if (found == dead_.end()) return failure(Fault::not_found, "there is no dead letter " + id);
  auto happening = read_happening(text);
  if (!happening) return failure(Fault::not_found, "nothing is left of the dead letter " + id);
  happening->more = false;
  if (const auto taken = enqueue(std::move(*happening), Durable::here, effects); !taken) return taken;
  dead_.erase(found);
  effects.documents.emplace_back(dead_key(id), "");
  keep_dead(effects);
  return {};
}

void Queue::clear(QueueEffects& effects) {
  for (const Entry& entry : entries_) {
    if (entry.place != 0) effects.documents.emplace_back("out/" + std::to_string(entry.place), "");
  }
  for (const Dead& each : dead_) effects.documents.emplace_back(dead_key(each.id), "");
  entries_.clear();
  dead_.clear();
  bytes_ = 0;
  in_flight_ = 0;
  for (const char* key : {"state", "range", "dead"}) effects.documents.emplace_back(key, "");
}

void Queue::read_state(const std::string& text) {
  const auto state = parse_json(text);
  if (text.empty() || !state) return;
  state_text_ = text;
  failures_ = static_cast<unsigned>(whole(*state, "failures"));
  if (const auto since = number_at(*state, "since")) failing_since_ = from_milliseconds(*since);
  disabled_ = text_at(*state, "disabled");
  told_ = flag_at(*state, "told");
  gap_ = static_cast<std::uint64_t>(whole(*state, "gap"));
  const nlohmann::json& first = object_at(*state, "first");
  before_.id = text_at(first, "id");
  before_.attempts = static_cast<unsigned>(whole(first, "attempts"));
  before_.refusals = static_cast<unsigned>(whole(first, "refusals"));
  before_.taken = from_milliseconds(whole(first, "taken"));
  before_.gap = static_cast<std::uint64_t>(whole(first, "gap"));
}

void Queue::restore(const std::function<std::string(const std::string& key)>& kept, QueueEffects& effects) {
  read_state(kept("state"));
  if (disabled()) health_ = {Health::State::disabled, disabled_, std::nullopt};
  effects.health = health_;
  if (const auto list = parse_json(kept("dead")); list && list->is_array()) {
    for (const nlohmann::json& each : *list) {
      dead_.push_back({text_at(each, "id"), from_milliseconds(whole(each, "at")), text_at(each, "why"),
                       static_cast<unsigned>(whole(each, "attempts"))});
    }
    const std::size_t before = dead_.size();
    drop_old_dead(effects);
    if (dead_.size() != before) keep_dead(effects);
  }
  range_text_ = kept("range");
  std::uint64_t place = 0, next = 0;
  const char* const end = range_text_.data() + range_text_.size();
  const auto read = std::from_chars(range_text_.data(), end, place);
  if (read.ec == std::errc{} && read.ptr != end) std::from_chars(read.ptr + 1, end, next);
  for (; place < next; ++place) {
    auto happening = read_happening(kept("out/" + std::to_string(place)));
    if (!happening) continue;  // it has gone
    next_place_ = place;       // stays where it is
    static_cast<void>(enqueue(std::move(*happening), Durable::here, effects));
  }
  next_place_ = std::max(next_place_, next);
}

}  // namespace dragoman::backends::webhook
