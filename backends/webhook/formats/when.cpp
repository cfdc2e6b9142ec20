#include "backends/webhook/formats/when.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// A number of exactly so many digits at the front, which loses it.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}
bool take_sign(std::string_view& text, std::string_view signs) {
  if (text.empty() || signs.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// "Z", "+01:00", "-0800", " UTC", or nothing.
std::optional<minutes> take_offset(std::string_view text) {
  text = text::trim(text);
  if (text.empty() || text == "Z" || text == "z" || text == "UTC") return minutes{0};
  const bool west = text.front() == '-';
  if (!take_sign(text, "+-")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  take_sign(text, ":");
  const auto minute = take_digits(text, 2);
  if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
  const minutes offset = hours{*hour} + minutes{*minute};
  return west ? -offset : offset;
}

std::string padded(int number, std::size_t width, char with = '0') {
  std::string digits = std::to_string(number);
  return std::string(width > digits.size() ? width - digits.size() : 0, with) + digits;
}

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::optional<Timestamp> read_time(std::string_view text) {
  text = text::trim(text);
  const auto year = take_digits(text, 4);
  if (!year || *year < 1900 || !take_sign(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_sign(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  Timestamp time{std::chrono::sys_days{date}};
  if (!take_sign(text, "Tt ")) return text.empty() ? std::optional{time} : std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take_sign(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  int second = 0;
  if (take_sign(text, ":")) {
    const auto read = take_digits(text, 2);
    if (!read || *read > 60) return std::nullopt;
    second = *read;
  }
  if (take_sign(text, ".,")) text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  const auto offset = take_offset(text);
  if (!offset) return std::nullopt;
  return time + hours{*hour} + minutes{*minute} + seconds{second} - *offset;
}

std::string show_time(Timestamp time) { return format_time(time, "%F %H:%M UTC"); }

std::string show_time(std::string_view text) {
  const auto time = read_time(text);
  return time ? show_time(*time) : std::string{};
}

std::string from_unix_time(std::string_view digits) {
  std::int64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || (read != end && *read != '.') || number < 0) return {};
  constexpr std::int64_t year_5000 = 95'617'584'000;
  if (number < year_5000) return show_time(Timestamp{seconds{number}});
  return number / 1000 < year_5000 ? show_time(Timestamp{milliseconds{number}}) : std::string{};
}

std::string show_duration(Duration duration) {
  const auto whole = std::chrono::duration_cast<seconds>(duration);
  if (whole < minutes{1}) return std::to_string(whole.count()) + " s";
  const auto minute = std::chrono::duration_cast<minutes>(whole);
  const auto and_rest = [](auto count, std::string_view unit, auto rest, std::string_view rest_unit) {
    std::string out = std::to_string(count).append(" ").append(unit);
    if (rest != 0) out.append(" ").append(std::to_string(rest)).append(" ").append(rest_unit);
    return out;
  };
  if (minute < hours{1}) return and_rest(minute.count(), "min", whole.count() % 60, "s");
  const auto hour = std::chrono::duration_cast<hours>(minute);
  if (hour < days{1}) return and_rest(hour.count(), "h", minute.count() % 60, "min");
  return and_rest(hour.count() / 24, "d", hour.count() % 24, "h");
}

std::string format_time(Timestamp time, std::string_view pattern) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(time - day)};
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const int in_month = static_cast<int>(static_cast<unsigned>(date.day()));
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      out += pattern[i];
      continue;
    }
    switch (pattern[++i]) {
      case 'Y':
        out += padded(year, 4);
        break;
      case 'm':
        out += padded(static_cast<int>(month), 2);
        break;
      case 'd':
        out += padded(in_month, 2);
        break;
      case 'e':
        out += padded(in_month, 2, ' ');
        break;
      case 'H':
        out += padded(static_cast<int>(clock.hours().count()), 2);
        break;
      case 'M':
        out += padded(static_cast<int>(clock.minutes().count()), 2);
        break;
      case 'S':
        out += padded(static_cast<int>(clock.seconds().count()), 2);
        break;
      case 'j': {
        const std::chrono::sys_days first{date.year() / std::chrono::January / 1};
        out += padded(static_cast<int>((day - first).count()) + 1, 3);
        break;
      }
      case 'a':
        out += weekdays[std::chrono::weekday{day}.c_encoding()];
        break;
      case 'b':
        out += months[month - 1];
        break;
      case 'F':
        out += format_time(time, "%Y-%m-%d");
        break;
      case 'T':
        out += format_time(time, "%H:%M:%S");
        break;
      case 'z':
        out += "+0000";
        break;
      case 'Z':
        out += "UTC";
        break;
      case '%':
        out += '%';
        break;
      default:
        out.append("%").append(1, pattern[i]);
        break;
    }
  }
  return out;
}

}  // namespace dragoman::backends::webhook::formats
