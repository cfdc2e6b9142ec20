#include "base/settings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/settings_table.hpp"
#include "base/text.hpp"

namespace dragoman {

namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date and time";
  }
  return "something else";
}

std::string quoted(std::string_view name) { return '"' + std::string{name} + '"'; }

std::string wrong_type(std::string_view key, std::string_view expected, const toml::node& found) {
  return quoted(key) + " must be " + std::string{expected} + ", not " + std::string{type_name(found)};
}

template <class Names>
std::string listed(const Names& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + std::string{name};
  return list;
}

/// The name that was probably meant, or nothing.
template <class Names>
std::string nearest(std::string_view name, const Names& names) {
  const std::size_t tolerated = std::max<std::size_t>(1, name.size() / 3);
  std::string best;
  std::size_t best_distance = tolerated + 1;
  for (const auto& candidate : names) {
    const std::size_t distance = text::distance(text::ascii_lower(name), candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

/// Returns 0, or the errno of what failed.
int read_file(const std::string& path, std::string& content) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file{std::fopen(path.c_str(), "rbe")};
  if (file == nullptr) return errno;
  char block[16384];
  while (const std::size_t got = std::fread(block, 1, sizeof block, file.get())) content.append(block, got);
  return std::ferror(file.get()) != 0 ? errno : 0;
}

}  // namespace

Settings::Settings(std::shared_ptr<File> file, std::shared_ptr<Table> table)
    : file_(std::move(file)), table_(std::move(table)) {}

Settings::Settings() : Settings(from_text({}, {})) {}

Settings Settings::from_file(const std::string& path) {
  std::string content;
  if (const int error = read_file(path, content); error != 0) {
    Settings settings = from_text({}, path);
    settings.file_->note({}, "cannot be read (" + std::string{std::strerror(error)} +
                                 "): name the configuration with --config and let this user read it");
    settings.file_->broken = true;
    return settings;
  }
  return from_text(content, path);
}

Settings Settings::from_text(std::string_view toml, std::string name) {
  auto file = std::make_shared<File>();
  file->name = std::move(name);
  toml::parse_result parsed = toml::parse(toml);
  if (parsed) {
    file->root = std::move(parsed).table();
  } else {
    const toml::parse_error& error = parsed.error();
    file->note(position_of(error.source()), "this is not TOML, correct it here: " + std::string{error.description()});
    file->broken = true;
  }
  auto table = std::make_shared<Table>();
  table->values = &file->root;
  table->position = {1, 1};
  return {std::move(file), std::move(table)};
}

bool Settings::has(std::string_view key) const { return table_->find(key) != nullptr; }

std::string Settings::text(std::string_view key, std::string_view fallback) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return std::string{fallback};
  if (const auto* value = node->as_string()) return value->get();
  problem(key, wrong_type(key, "text in quotes", *node));
  return std::string{fallback};
}

std::string Settings::required(std::string_view key, std::string_view advice) {
  std::string value = text(key);
  const toml::node* node = table_->find(key);
  if (node == nullptr) {
    problem(key, quoted(key) + " is missing in " + table_->title() + ": " + std::string{advice});
  } else if (node->is_string() && value.empty()) {
    problem(key, quoted(key) + " is empty: " + std::string{advice});
  }
  return value;
}

std::string Settings::path(std::string_view key) {
  std::string value = text(key);
  std::string content;
  if (!value.empty() && read_file(value, content) == 0) {
    table_->files[std::string{key}] = std::hash<std::string>{}(content);
  }
  return value;
}

bool Settings::flag(std::string_view key, bool fallback) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  if (const auto* value = node->as_boolean()) return value->get();
  problem(key, wrong_type(key, "true or false", *node));
  return fallback;
}

bool Settings::is_off(std::string_view key) {
  table_->may_be_off.emplace(key);
  const toml::node* node = table_->find(key);
  return node != nullptr && node->is_boolean() && !node->as_boolean()->get();
}

std::int64_t Settings::number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    problem(key, wrong_type(key, "a whole number", *node));
    return fallback;
  }
  if (value->get() >= least && value->get() <= most) return value->get();
  problem(key, quoted(key) + " must be between " + std::to_string(least) + " and " + std::to_string(most) + ", not " +
                   std::to_string(value->get()));
  return fallback;
}

Duration Settings::duration(std::string_view key, Duration fallback) {
  static constexpr std::string_view example =
      R"(a time in quotes with its unit, such as "500ms", "2s", "5m", "1h" or "7d")";
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  const auto* value = node->as_string();
  if (value == nullptr) {
    problem(key, wrong_type(key, example, *node));
    return fallback;
  }
  if (const auto parsed = parse_duration(value->get())) return *parsed;
  problem(key, quoted(key) + " must be " + std::string{example} + ", not " + quoted(value->get()));
  return fallback;
}

std::vector<std::string> Settings::texts(std::string_view key, std::vector<std::string> fallback) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return fallback;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    problem(key, wrong_type(key, R"(a list of texts, such as ["one", "two"])", *node));
    return fallback;
  }
  std::vector<std::string> values;
  for (const toml::node& item : *list) {
    if (const auto* value = item.as_string()) {
      values.push_back(value->get());
    } else {
      file_->note(position_of(item.source()),
                  "each item of " + quoted(key) + " must be text in quotes, not " + std::string{type_name(item)});
    }
  }
  return values;
}

std::string Settings::choice(std::string_view key, std::string_view fallback, const std::vector<std::string>& choices) {
  const toml::node* node = table_->find(key);
  if (node == nullptr) return std::string{fallback};
  const std::string list = listed(choices);
  const auto* value = node->as_string();
  if (value == nullptr) {
    problem(key, wrong_type(key, "one of these in quotes: " + list, *node));
    return std::string{fallback};
  }
  if (std::find(choices.begin(), choices.end(), value->get()) != choices.end()) return value->get();
  const std::string meant = nearest(value->get(), choices);
  problem(key, quoted(key) + " must be one of: " + list + "; not " + quoted(value->get()) +
                   (meant.empty() ? "" : "; did you mean " + quoted(meant) + '?'));
  return std::string{fallback};
}

Settings Settings::table(std::string_view key) {
  std::shared_ptr<Table>& child = table_->tables[std::string{key}];
  const toml::node* node = table_->find(key);
  if (child != nullptr) return {file_, child};
  child = std::make_shared<Table>();
  child->values = node == nullptr ? nullptr : node->as_table();
  child->path = table_->path_to(key);
  child->position = table_->position_at(key);
  const bool off = node != nullptr && table_->may_be_off.contains(key) && is_off(key);
  if (node != nullptr && child->values == nullptr && !off) {
    const std::string expected = "a table, such as [" + child->path + ']';
    problem(key, wrong_type(key, table_->may_be_off.contains(key) ? expected + ", or false" : expected, *node));
  }
  return {file_, child};
}

std::vector<std::string> Settings::keys() const {
  std::vector<std::string> names;
  if (table_->values == nullptr) return names;
  for (const auto& [key, value] : *table_->values) names.emplace_back(key.str());
  return names;
}

std::vector<Settings> Settings::tables(std::string_view key) {
  std::vector<Settings> all;
  const toml::node* node = table_->find(key);
  if (node == nullptr) return all;
  const std::string path = table_->path_to(key), expected = "given as [[" + path + "]] for each one";
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    problem(key, wrong_type(key, expected, *node));
    return all;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const toml::node& item = (*list)[i];
    if (!item.is_table()) {
      file_->note(position_of(item.source()), wrong_type(key, expected, item));
      continue;
    }
    std::shared_ptr<Table>& child = table_->tables[std::string{key} + '#' + std::to_string(i)];
    if (child == nullptr) {
      child = std::make_shared<Table>();
      child->values = item.as_table();
      child->path = path;
      child->position = position_of(item.source());
    }
    all.push_back({file_, child});
  }
  return all;
}

void Settings::problem(std::string_view key, std::string_view text) {
  file_->note(table_->position_at(key), std::string{text});
}

void Settings::finish() {
  if (table_->values == nullptr) return;
  for (const auto& [key, node] : *table_->values) {
    const std::string_view name = key.str();
    if (table_->asked.contains(name)) continue;
    const std::string meant = nearest(name, table_->asked);
    const std::string advice = !meant.empty()          ? "did you mean " + quoted(meant) + '?'
                               : table_->asked.empty() ? "remove it"
                                                       : "remove it; what may stand here: " + listed(table_->asked);
    const SourcePosition position = position_of(key.source());
    file_->note(position.line != 0 ? position : position_of(node.source()),
                "unknown key " + quoted(name) + " in " + table_->title() + ": " + advice);
  }
}

std::vector<std::string> Settings::problems() const {
  std::vector<std::string> lines;
  for (const auto& [position, text] : file_->problems) lines.push_back(file_->at(position) + ": " + text);
  return lines;
}

std::string Settings::where(std::string_view key) const { return file_->at(table_->position_at(key)); }

}  // namespace dragoman
