#include "backends/webhook/request_log.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/posting_json.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

std::string write_entry(const LogEntry& entry) {
  json object;
  object["id"] = entry.id;
  object["time"] = entry.time.time_since_epoch().count();
  object["caller"] = entry.caller;
  object["status"] = entry.status;
  object["bytes"] = entry.bytes;
  object["took"] = std::chrono::duration_cast<std::chrono::microseconds>(entry.took).count();
  object["format"] = entry.format;
  object["note"] = entry.note;
  for (const Said& each : entry.said) {
    json said{{"id", each.id}, {"posting", write_posting(each.posting)}};
    if (!each.edited.empty()) said["edited"] = each.edited;
    object["said"].push_back(std::move(said));
  }
  for (const Posting& each : entry.unsaid) object["unsaid"].push_back(write_posting(each));
  return dump_json(object);
}

LogEntry read_entry(const json& object) {
  LogEntry entry;
  entry.id = text_at(object, "id");
  entry.time = Timestamp{std::chrono::milliseconds{number_at(object, "time").value_or(0)}};
  entry.caller = text_at(object, "caller");
  entry.status = static_cast<int>(number_at(object, "status").value_or(0));
  entry.bytes = static_cast<std::size_t>(number_at(object, "bytes").value_or(0));
  entry.took = std::chrono::microseconds{number_at(object, "took").value_or(0)};
  entry.format = text_at(object, "format");
  entry.note = text_at(object, "note");
  for (const json& each : array_at(object, "said")) {
    entry.said.push_back({text_at(each, "id"), text_at(each, "edited"), read_posting(object_at(each, "posting"))});
  }
  for (const json& each : array_at(object, "unsaid")) entry.unsaid.push_back(read_posting(each));
  return entry;
}

}  // namespace

void RequestLog::load() {
  for (const std::string& text : journal_.load()) {
    const auto object = parse_json(text);
    if (object) entries_.push_back(read_entry(*object));
  }
}

void RequestLog::append(LogEntry entry) {
  journal_.append(write_entry(entry));
  entries_.push_back(std::move(entry));
  if (entries_.size() > most) entries_.pop_front();
}

const LogEntry* RequestLog::find(const std::string& id) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const LogEntry& each) { return each.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

std::string network_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
    bytes[3] = 0;
    inet_ntop(AF_INET, bytes.data(), text.data(), text.size());
    return std::string{text.data()} + "/24";
  }
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return {};
  constexpr std::size_t kept = 6;
  std::fill(bytes.begin() + kept, bytes.end(), static_cast<unsigned char>(0));
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return std::string{text.data()} + "/48";
}

}  // namespace dragoman::backends::webhook
