#include "base/log_control.hpp"
#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"

// How much is logged, and of whom. Both concern the whole program.

namespace dragoman::gateway::commands {

namespace {

constexpr Duration debug_time = std::chrono::minutes{5};
/// Whoever forgets it must not find a full disk.
constexpr Duration longest_debug = std::chrono::hours{24};

Result<LogControl*> control_of(const Context& context) {
  if (context.log != nullptr) return context.log;
  return failure(Fault::unsupported, "There is no log to change here.");
}

void show_level(const Call& call, const LogControl& control) {
  Report report;
  report.facts.emplace_back("level", std::string{log::to_string(log::level())});
  report.facts.emplace_back("configured", std::string{log::to_string(control.configured())});
  call.answer(std::move(report));
}

void show_watched(const Call& call, const LogControl& control) {
  Report report;
  Report::Table& table = report.tables.emplace_back();
  table.name = "watched";
  table.columns = {"jid", "seconds_left"};
  for (const auto& [person, until] : control.watched()) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(until - call.context.timers.clock().now());
    table.rows.push_back({person, std::int64_t{left.count()}});
  }
  call.answer(std::move(report));
}

}  // namespace

void change_log_level(Call call) {
  const auto control = control_of(call.context);
  if (!control) return call.answer(control.error());
  const std::string& name = call.arguments.get("level");
  if (name.empty()) return show_level(call, **control);
  log::Level level{};
  if (!log::parse_level(name, level)) {
    return call.answer(
        failure(Fault::unacceptable, '"' + name + "\" is no level; there are error, warn, info, debug and trace."));
  }
  std::optional<Duration> time;
  if (const std::string& text = call.arguments.get("for"); !text.empty()) {
    const auto read = read_time(text);
    if (!read) return call.answer(read.error());
    time = *read;
  }
  (*control)->set_level(level, time);
  Report report;
  report.said = "The log has the level " + name;
  if (time) {
    report.said +=
        " for " + duration_text(*time) + "; then " + std::string{log::to_string((*control)->configured())} + " again";
  }
  report.said += '.';
  call.answer(std::move(report));
}

void debug_person(Call call) {
  const auto control = control_of(call.context);
  if (!control) return call.answer(control.error());
  if (call.arguments.get("jid").empty()) return show_watched(call, **control);
  const auto person = read_person_jid(call.arguments.get("jid"));
  if (!person) return call.answer(person.error());
  Duration time = debug_time;
  if (const std::string& text = call.arguments.get("for"); !text.empty()) {
    const auto read = text == "off" ? Result<Duration>{Duration::zero()} : read_time(text);
    if (!read) return call.answer(read.error());
    if (*read > longest_debug) {
      return call.answer(failure(Fault::unacceptable, "Everything about a person is logged for a day at most."));
    }
    time = *read;
  }
  Report report;
  if (time == Duration::zero()) {
    if (!(*control)->unwatch(person->str())) {
      return call.answer(failure(Fault::not_found, person->str() + " is not watched."));
    }
    report.said = "No longer is everything about " + person->str() + " logged.";
  } else {
    (*control)->watch(person->str(), time);
    report.said = "Everything about " + person->str() + " is logged for " + duration_text(time) +
                  ", without passwords and without what they say.";
  }
  call.answer(std::move(report));
}

}  // namespace dragoman::gateway::commands
