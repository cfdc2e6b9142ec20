#include "gateway/clock_reply.hpp"

#include <array>
#include <cstdlib>

#include "base/text.hpp"

namespace dragoman::gateway {

namespace {

using std::chrono::minutes;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number that `text` begins with, taken away from it; -1 when there is none or it has more than four digits.
int take_number(std::string_view& text, std::size_t& digits) {
  int number = 0;
  digits = 0;
  while (digits < text.size() && is_digit(text[digits])) {
    if (digits == 4) return -1;
    number = number * 10 + (text[digits++] - '0');
  }
  text.remove_prefix(digits);
  return digits == 0 ? -1 : number;
}
int take_number(std::string_view& text) {
  std::size_t digits;
  return take_number(text, digits);
}

/// "+0100", "-05:30"; takes all of `text` or is none.
std::optional<minutes> read_offset(std::string_view text) {
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  std::size_t digits;
  int hours = take_number(text, digits);
  int rest = 0;
  if (digits == 4) {
    rest = hours % 100;
    hours /= 100;
  } else if (!text.empty() && text.front() == ':') {
    text.remove_prefix(1);
    rest = take_number(text);
  } else {
    return std::nullopt;
  }
  if (!text.empty() || hours < 0 || hours > 14 || rest < 0 || rest > 59) return std::nullopt;
  return sign * minutes{hours * 60 + rest};
}

struct Reading {
  int year = -1, month = -1, day = -1;
  std::optional<std::chrono::seconds> time;
  std::optional<minutes> offset;

  bool read_zone(std::string_view text) {
    if (text == "Z" || text == "UTC" || text == "GMT") {
      offset = minutes{0};
    } else if (const auto read = read_offset(text)) {
      offset = read;
    }
    return offset.has_value();
  }
  /// "14:47", "14:47:12.5Z"
  bool read_time(std::string_view text) {
    const int hours = take_number(text);
    if (hours < 0 || hours > 23 || text.empty() || text.front() != ':') return false;
    text.remove_prefix(1);
    std::size_t digits;
    const int mins = take_number(text, digits);
    if (mins < 0 || mins > 59 || digits != 2) return false;
    int seconds = 0;
    if (!text.empty() && text.front() == ':') {
      text.remove_prefix(1);
      seconds = take_number(text);
      if (seconds < 0 || seconds > 60) return false;
    }
    if (!text.empty() && text.front() == '.') {
      text.remove_prefix(1);
      while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
    }
    time = std::chrono::hours{hours} + minutes{mins} + std::chrono::seconds{seconds};
    read_zone(text);
    return true;
  }
  /// "2026-11-20"
  bool read_date(std::string_view text) {
    std::size_t digits;
    const int y = take_number(text, digits);
    if (digits != 4 || text.empty() || text.front() != '-') return false;
    text.remove_prefix(1);
    const int m = take_number(text);
    if (m < 0 || text.empty() || text.front() != '-') return false;
    text.remove_prefix(1);
    const int d = take_number(text);
    if (d < 0) return false;
    year = y, month = m, day = d;
    if (!text.empty() && text.front() == 'T') read_time(text.substr(1));
    return true;
  }
  bool read_month(std::string_view text) {
    static constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                            "jul", "aug", "sep", "oct", "nov", "dec"};
    if (month != -1 || text.size() < 3) return false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (text::ascii_iequals(text.substr(0, 3), names[i])) month = static_cast<int>(i) + 1;
    }
    return month != -1;
  }
  void read_number(std::string_view text) {
    std::size_t digits;
    const int number = take_number(text, digits);
    if (digits == 4 && year == -1) {
      year = number;
    } else if (digits > 0 && digits <= 2 && day == -1) {
      day = number;
    }
  }
  void read_word(std::string_view word) {
    while (!word.empty() && (word.back() == ',' || word.back() == ')' || word.back() == '.')) word.remove_suffix(1);
    while (!word.empty() && (word.front() == '(' || word.front() == '[')) word.remove_prefix(1);
    if (word.empty()) return;
    if (time && (text::ascii_iequals(word, "PM") || text::ascii_iequals(word, "AM"))) {
      const bool afternoon = text::ascii_iequals(word, "PM");
      const auto twelve = std::chrono::hours{12};
      if (afternoon && *time < twelve) *time += twelve;
      if (!afternoon && *time >= twelve) *time -= twelve;
      return;
    }
    if (read_date(word) || read_time(word) || read_zone(word) || read_month(word)) return;
    read_number(word);
  }
};

}  // namespace

std::optional<ClockReading> read_clock(std::string_view text, Timestamp now) {
  using namespace std::chrono;
  Reading reading;
  for (const std::string_view word : text::split(text, ' ')) reading.read_word(word);
  const year_month_day today{floor<days>(now)};
  if (!reading.time || reading.month < 1 || reading.day < 1) return std::nullopt;
  const year_month_day date{reading.year == -1 ? today.year() : year{reading.year},
                            month{static_cast<unsigned>(reading.month)}, day{static_cast<unsigned>(reading.day)}};
  if (!date.ok()) return std::nullopt;
  const Timestamp local = Timestamp{sys_days{date}} + *reading.time;
  if (!reading.offset) {
    constexpr auto step = minutes{15};
    const auto steps = round<duration<int, std::ratio<15 * 60>>>(local - now);
    reading.offset = steps.count() * step;
    if (abs(*reading.offset) > hours{14}) return std::nullopt;
  }
  return ClockReading{local - *reading.offset, *reading.offset};
}

}  // namespace dragoman::gateway
