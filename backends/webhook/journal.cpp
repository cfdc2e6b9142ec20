#include "backends/webhook/journal.hpp"

#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"

namespace dragoman::backends::webhook {

std::vector<std::string> Journal::load() {
  std::map<std::uint64_t, std::vector<std::string>> found;
  for (std::size_t slot = 0; slot < pieces_; ++slot) {
    const std::string text = services_.kept ? services_.kept(key_of(slot)) : std::string{};
    if (text.empty()) continue;
    const auto object = parse_json(text);
    if (!object) continue;
    const auto number = static_cast<std::uint64_t>(number_at(*object, "piece").value_or(0));
    for (const auto& each : array_at(*object, "texts")) {
      if (each.is_string()) found[number].push_back(each.get<std::string>());
    }
  }
  std::vector<std::string> all;
  for (const auto& [number, texts] : found) {
    all.insert(all.end(), texts.begin(), texts.end());
    piece_ = number;
    newest_ = texts;
  }
  return all;
}

void Journal::append(std::string text) {
  if (newest_.size() >= per_piece_) {
    newest_.clear();
    ++piece_;
  }
  newest_.push_back(std::move(text));
  nlohmann::json object;
  object["piece"] = piece_;
  object["texts"] = newest_;
  if (services_.keep) services_.keep(key_of(piece_), dump_json(object));
}

void Journal::erase() {
  if (!services_.keep) return;
  for (std::size_t slot = 0; slot < pieces_; ++slot) services_.keep(key_of(slot), {});
  newest_.clear();
  piece_ = 0;
}

}  // namespace dragoman::backends::webhook
