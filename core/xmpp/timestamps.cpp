#include "xmpp/timestamps.hpp"

#include <algorithm>

namespace dragoman::xmpp {

namespace {

void append_number(std::string& out, int value, int digits) {
  const std::size_t start = out.size();
  for (; digits > 0; --digits, value /= 10) out += static_cast<char>('0' + value % 10);
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(start), out.end());
}

void append_date(std::string& out, std::chrono::year_month_day date, std::string_view separator) {
  append_number(out, static_cast<int>(date.year()), 4);
  out += separator;
  append_number(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  out += separator;
  append_number(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

void append_time(std::string& out, const std::chrono::hh_mm_ss<std::chrono::milliseconds>& time) {
  append_number(out, static_cast<int>(time.hours().count()), 2);
  out += ':';
  append_number(out, static_cast<int>(time.minutes().count()), 2);
  out += ':';
  append_number(out, static_cast<int>(time.seconds().count()), 2);
}

/// Takes fixed pieces from the front of a text; once one is missing everything else fails.
struct Reader {
  std::string_view rest;
  bool good = true;

  int number(std::size_t digits) {
    int value = 0;
    for (; good && digits > 0; --digits) {
      good = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
      if (!good) break;
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }
  void expect(char c) {
    good = good && !rest.empty() && rest.front() == c;
    if (good) rest.remove_prefix(1);
  }
  bool take(char c) {
    const bool there = good && !rest.empty() && rest.front() == c;
    if (there) rest.remove_prefix(1);
    return there;
  }
};

Timestamp read_date(Reader& reader, bool dashes) {
  using namespace std::chrono;
  const int y = reader.number(4);
  if (dashes) reader.expect('-');
  const int m = reader.number(2);
  if (dashes) reader.expect('-');
  const int d = reader.number(2);
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) reader.good = false;
  return reader.good ? Timestamp{sys_days{date}} : Timestamp{};
}

std::chrono::milliseconds read_time(Reader& reader) {
  const int h = reader.number(2);
  reader.expect(':');
  const int m = reader.number(2);
  reader.expect(':');
  const int s = reader.number(2);
  // A leap second is a real time of day; the sum carries it into the next minute.
  if (h > 23 || m > 59 || s > 60) reader.good = false;
  return std::chrono::hours{h} + std::chrono::minutes{m} + std::chrono::seconds{s};
}

std::chrono::milliseconds read_fraction(Reader& reader) {
  if (!reader.take('.')) return {};
  int milliseconds = reader.number(1) * 100;
  for (int weight = 10; reader.good && !reader.rest.empty() && reader.rest.front() >= '0' && reader.rest.front() <= '9';
       weight /= 10) {
    milliseconds += reader.number(1) * weight;
  }
  return std::chrono::milliseconds{milliseconds};
}

std::chrono::minutes read_offset(Reader& reader) {
  if (reader.take('Z')) return {};
  const int sign = reader.take('-') ? -1 : 1;
  if (sign == 1) reader.expect('+');
  const int h = reader.number(2);
  reader.expect(':');
  const int m = reader.number(2);
  if (h > 23 || m > 59) reader.good = false;
  return sign * (std::chrono::hours{h} + std::chrono::minutes{m});
}

}  // namespace

std::string to_datetime(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> of_day{time - day};
  std::string out;
  out.reserve(24);
  append_date(out, day, "-");
  out += 'T';
  append_time(out, of_day);
  if (of_day.subseconds().count() != 0) {
    out += '.';
    append_number(out, static_cast<int>(of_day.subseconds().count()), 3);
  }
  out += 'Z';
  return out;
}

std::optional<Timestamp> read_datetime(std::string_view text) {
  Reader reader{text};
  Timestamp time = read_date(reader, true);
  reader.expect('T');
  time += read_time(reader);
  time += read_fraction(reader);
  time -= read_offset(reader);
  if (!reader.good || !reader.rest.empty()) return std::nullopt;
  return time;
}

std::string to_legacy_datetime(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  std::string out;
  append_date(out, day, "");
  out += 'T';
  append_time(out, std::chrono::hh_mm_ss<std::chrono::milliseconds>{time - day});
  return out;
}

std::optional<Timestamp> read_legacy_datetime(std::string_view text) {
  Reader reader{text};
  Timestamp time = read_date(reader, false);
  reader.expect('T');
  time += read_time(reader);
  if (!reader.good || !reader.rest.empty()) return std::nullopt;
  return time;
}

}  // namespace dragoman::xmpp
