#include "bridge/relay_format.hpp"

#include <utility>

#include "base/text.hpp"

namespace dragoman::bridge {

namespace {

constexpr std::string_view zero_width_space = "\xe2\x80\x8b";

struct Variable {
  std::string_view name;
  std::string Speaker::*member;
  bool noping;
};
constexpr Variable variables[] = {
    {"nick", &Speaker::name, false},       {"nick_noping", &Speaker::name, true}, {"user_id", &Speaker::id, false},
    {"network", &Speaker::network, false}, {"label", &Speaker::label, false},     {"room", &Speaker::room, false},
};

const Variable* find_variable(std::string_view name) {
  for (const Variable& each : variables) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::string variable_names() {
  std::string text;
  for (const Variable& each : variables) text += (text.empty() ? "{" : ", {") + std::string{each.name} + '}';
  return text;
}

}  // namespace

Result<RelayFormat> RelayFormat::parse(std::string_view text) {
  RelayFormat format;
  std::string plain;
  const auto end_plain = [&] {
    if (!plain.empty()) format.pieces_.push_back({std::exchange(plain, {}), nullptr, false});
  };
  while (!text.empty()) {
    if (text.front() != '{' || text.starts_with("{{")) {
      plain += text.front();
      text.remove_prefix(text.starts_with("{{") ? 2 : 1);
      continue;
    }
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return failure(Fault::malformed, "a \"{\" is not closed; \"{{\" is a brace");
    const std::string_view name = text.substr(1, end - 1);
    const Variable* variable = find_variable(name);
    if (variable == nullptr) {
      return failure(Fault::malformed, "there is no {" + std::string{name} + "}; there are " + variable_names());
    }
    end_plain();
    format.pieces_.push_back({{}, variable->member, variable->noping});
    text.remove_prefix(end + 1);
  }
  end_plain();
  return format;
}

std::string RelayFormat::write(const Speaker& speaker) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    if (piece.variable == nullptr) {
      text += piece.text;
    } else {
      text += piece.noping ? without_ping(speaker.*piece.variable) : speaker.*piece.variable;
    }
  }
  return text;
}

std::string without_ping(std::string_view name) {
  const auto ends = text::grapheme_ends(name);
  if (ends.size() < 2) return std::string{name} + std::string{zero_width_space};
  std::string changed{name};
  changed.insert(ends.front(), zero_width_space);
  return changed;
}

std::string without_invisible(std::string_view name) {
  std::string plain;
  while (!name.empty()) {
    const text::Decoded next = text::decode(name);
    const std::size_t size = next.size == 0 ? 1 : next.size;
    // Zero width space, non-joiner, joiner; word joiner; byte order mark.
    const char32_t sign = next.code_point;
    const bool invisible = (sign >= 0x200b && sign <= 0x200d) || sign == 0x2060 || sign == 0xfeff;
    if (!invisible) plain += name.substr(0, size);
    name.remove_prefix(size);
  }
  return plain;
}

}  // namespace dragoman::bridge
