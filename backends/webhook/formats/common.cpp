#include <algorithm>
#include <utility>

#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

constexpr std::size_t longest_json = 2000;  // bytes, for people

struct LevelWord {
  std::string_view word;
  Level level;
};
constexpr LevelWord level_words[] = {
    {"error", Level::error},      {"err", Level::error},       {"critical", Level::error},  {"crit", Level::error},
    {"fatal", Level::error},      {"danger", Level::error},    {"failure", Level::error},   {"failed", Level::error},
    {"fail", Level::error},       {"alert", Level::error},     {"emergency", Level::error}, {"page", Level::error},
    {"down", Level::error},       {"high", Level::error},      {"warning", Level::warning}, {"warn", Level::warning},
    {"success", Level::good},     {"successful", Level::good}, {"ok", Level::good},         {"good", Level::good},
    {"resolved", Level::good},    {"up", Level::good},         {"info", Level::info},       {"notice", Level::info},
    {"information", Level::info}, {"debug", Level::info},      {"none", Level::info},
};

}  // namespace

Error nothing_to_say(std::string_view what) {
  return failure(Fault::malformed, std::string{"nothing to say: "}.append(what));
}

void add_json(Prose& prose, const nlohmann::json& value) {
  prose.code_block(excerpt(pretty(value), longest_json), "json");
}

Level level_of(std::string_view word, Level otherwise) {
  const std::string lower = text::ascii_lower(text::trim(word));
  const auto* const found = std::find_if(std::begin(level_words), std::end(level_words),
                                         [&lower](const LevelWord& each) { return each.word == lower; });
  return found == std::end(level_words) ? otherwise : found->level;
}

Level level_of_colour(std::uint32_t rgb) {
  const std::uint32_t red = rgb >> 16, green = rgb >> 8 & 0xff, blue = rgb & 0xff;
  if (red > 0x90 && green < red / 2 && blue < red / 2) return Level::error;
  if (red > 0xb0 && green >= red / 2 && blue < red / 2) return Level::warning;
  return green > 0x70 && red < green && blue < green ? Level::good : Level::info;
}

bool add_base64_file(Posting& posting, std::string_view name, std::string_view media_type, std::string_view base64) {
  if (base64.empty() || posting.files.size() == most_files) return false;
  std::string bytes;
  if (!text::from_base64(base64, bytes)) return false;
  posting.files.push_back({file_name_of(name), text::ascii_lower(media_type), std::move(bytes)});
  return true;
}

}  // namespace dragoman::backends::webhook::formats
