#include "backends/webhook/overflow.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_lines = 20, line_bytes = 200;

/// One line that says what a posting is about.
std::string line_of(const Posting& posting) {
  const std::string& whole = posting.content.title.empty() ? posting.content.text : posting.content.title;
  const std::string_view first = text::trim(std::string_view{whole}.substr(0, whole.find('\n')));
  std::string line{text::cut(first, line_bytes)};
  if (line.size() < first.size()) line += "...";
  if (!posting.actor.empty() && line.find(posting.actor) == std::string::npos) line.insert(0, posting.actor + ": ");
  return line;
}

}  // namespace

Overflow::Overflow(Services& services, const std::string& hook, Tell tell)
    : services_(services), key_("over " + hook), tell_(std::move(tell)), timer_(services.loop.timers()) {}

void Overflow::load() {
  const auto object = parse_json(services_.kept ? services_.kept(key_) : std::string{});
  if (!object || !object->is_object()) return;
  count_ = static_cast<std::size_t>(std::max<std::int64_t>(number_at(*object, "count").value_or(0), 0));
  since_ = Timestamp{std::chrono::milliseconds{number_at(*object, "since").value_or(0)}};
  for (const auto& each : array_at(*object, "lines")) {
    if (each.is_string()) lines_.push_back(each.get<std::string>());
  }
  if (count_ > 0) timer_.set_after(std::chrono::seconds{1}, [this] { told(); });
}

void Overflow::add(const Posting& posting, Duration gather) {
  if (!since_) {
    since_ = services_.loop.clock().utc();
    timer_.set_after(gather, [this] { told(); });
  }
  ++count_;
  if (lines_.size() < most_lines) lines_.push_back(line_of(posting));
  keep();
}

void Overflow::erase() {
  count_ = 0;
  lines_.clear();
  since_.reset();
  timer_.clear();
  if (services_.keep) services_.keep(key_, {});
}

void Overflow::keep() {
  nlohmann::json object;
  object["count"] = count_;
  object["since"] = since_->time_since_epoch().count();
  object["lines"] = lines_;
  if (services_.keep) services_.keep(key_, dump_json(object));
}

void Overflow::told() {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(services_.loop.clock().utc() - *since_).count();
  Posting posting;
  posting.content.text = '+' + std::to_string(count_) + " more in " + std::to_string(std::max<long>(seconds, 1)) + " s";
  for (const std::string& each : lines_) posting.content.text += "\n- " + each;
  if (count_ > lines_.size()) posting.content.text += "\nThe last of them are in the log of this hook.";
  erase();
  tell_(std::move(posting));
}

}  // namespace dragoman::backends::webhook
