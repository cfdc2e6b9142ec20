#include "bridge/loop_guard.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "bridge/unwrapped.hpp"

namespace dragoman::bridge {

namespace {

constexpr Duration echo_window = std::chrono::seconds{5};
constexpr std::size_t most_told = 2000;
constexpr std::size_t most_bots = 1000;

constexpr Duration storm_window = std::chrono::seconds{5};
constexpr std::size_t storm_size = 100;  // 20 a second
constexpr Duration look_interval = std::chrono::milliseconds{250};

}  // namespace

void ForeignBots::note(Instant now, const std::string& place, const std::string& id, std::string_view name,
                       std::string_view text) {
  Unwrapped said = unwrap(text);
  told_.push_back({now, comparable(name), std::move(said.text), std::move(said.names), place, id});
  if (told_.size() > most_told) told_.pop_front();
}

bool ForeignBots::was_told(Instant now, const std::string& name, const std::string& text) {
  while (!told_.empty() && now - told_.front().at > echo_window) told_.pop_front();
  return std::any_of(told_.begin(), told_.end(),
                     [&](const Told& each) { return each.name == name && each.text == text; });
}

bool ForeignBots::was_copied(Instant now, const std::string& name, const std::string& text) {
  while (!told_.empty() && now - told_.front().at > echo_window) told_.pop_front();
  const auto copy = std::find_if(told_.begin(), told_.end(), [&](const Told& each) {
    return each.text == text && std::find(each.names.begin(), each.names.end(), name) != each.names.end();
  });
  if (copy == told_.end()) return false;
  if (bots_.size() < most_bots) bots_.emplace(copy->place, copy->id);
  return true;
}

ForeignBots::Judgement ForeignBots::judge(Instant now, const std::string& place, const std::string& id,
                                          std::string_view name, std::string_view text) {
  const Unwrapped said = unwrap(text);
  const std::string speaker = comparable(name);
  const bool known = bots_.contains({place, id});
  const bool names_somebody = std::any_of(said.names.begin(), said.names.end(), [&](const std::string& each) {
    return each != speaker && was_told(now, each, said.text);
  });
  // A bot that takes the names of others looks like them; only of one that was caught before that is believed.
  const bool is_late = was_copied(now, speaker, said.text) ||
                       std::any_of(said.names.begin(), said.names.end(),
                                   [&](const std::string& each) { return was_copied(now, each, said.text); });
  if (!names_somebody && !is_late && !(known && was_told(now, speaker, said.text))) return Judgement::fine;
  if (known || !names_somebody) return Judgement::echo;
  if (bots_.size() < most_bots) bots_.emplace(place, id);
  return Judgement::first_echo;
}

bool Breaker::trips(Instant now, const std::string& place, std::string_view text) {
  const std::hash<std::string> hash;
  const Heard heard{now, hash(unwrap(text).text), hash(place)};
  heard_.push_back(heard);
  ++places_[heard.text][heard.place];
  while (now - heard_.front().at > storm_window) {
    const Heard& old = heard_.front();
    auto& of_text = places_[old.text];
    if (--of_text[old.place] == 0) of_text.erase(old.place);
    if (of_text.empty()) places_.erase(old.text);
    heard_.pop_front();
  }
  if (heard_.size() <= storm_size || (looked_ != Instant{} && now - looked_ < look_interval)) return false;
  looked_ = now;
  return is_storm();
}

bool Breaker::is_storm() const {
  const auto twice = std::count_if(heard_.begin(), heard_.end(),
                                   [this](const Heard& each) { return places_.at(each.text).size() > 1; });
  return static_cast<std::size_t>(twice) * 10 >= heard_.size() * 8;
}

void Breaker::reset() {
  heard_.clear();
  places_.clear();
  looked_ = {};
}

}  // namespace dragoman::bridge
