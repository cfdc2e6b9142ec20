#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/settings.hpp"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

// What Settings looks at. Only for base/settings*.cpp: nobody else is to compile toml++.

namespace dragoman {

struct SourcePosition {
  std::uint32_t line = 0, column = 0;  // from 1; 0 = the file as a whole
  auto operator<=>(const SourcePosition&) const = default;
};

inline SourcePosition position_of(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

struct Settings::File {
  std::string name;
  toml::table root;
  bool broken = false;  // one problem says so; what follows from it is not worth a line each
  std::multimap<SourcePosition, std::string> problems;

  std::string at(SourcePosition position) const {
    if (position.line == 0) return name;
    return name + ':' + std::to_string(position.line) + ':' + std::to_string(position.column);
  }
  void note(SourcePosition position, std::string text) {
    if (broken) return;
    const auto [begin, end] = problems.equal_range(position);
    const bool known = std::any_of(begin, end, [&](const auto& entry) { return entry.second == text; });
    if (!known) problems.emplace(position, std::move(text));
  }
};

struct Settings::Table {
  const toml::table* values;  // in File::root; null when the file does not have this table
  SourcePosition position;    // of a missing table: where it would belong
  std::string path;           // "network.irc"; empty: the file's root
  std::set<std::string, std::less<>> asked, may_be_off;
  std::map<std::string, std::shared_ptr<Table>, std::less<>> tables;  // those of an array as "key#0"
  std::map<std::string, std::size_t, std::less<>> files;  // by key: what Settings::path() found in the file, hashed

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return values == nullptr ? nullptr : values->get(key);
  }
  SourcePosition position_at(std::string_view key) const {
    const toml::node* node = values == nullptr || key.empty() ? nullptr : values->get(key);
    return node == nullptr ? position : position_of(node->source());
  }
  std::string path_to(std::string_view key) const { return (path.empty() ? "" : path + '.') + std::string{key}; }
  std::string title() const { return path.empty() ? "the file" : '[' + path + ']'; }
};

}  // namespace dragoman
