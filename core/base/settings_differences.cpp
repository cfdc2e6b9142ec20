#include <algorithm>

#include "base/settings_table.hpp"

namespace dragoman {

namespace {

bool same(const toml::node& a, const toml::node& b) {
  return a.visit([&b](const auto& value) {
    using Node = std::remove_cvref_t<decltype(value)>;
    const Node* other = b.as<Node>();
    return other != nullptr && value == *other;
  });
}

/// Notes the keys that differ, `path` in front of them. A missing table is an empty one.
void compare(const toml::table* a, const toml::table* b, const std::string& path, std::vector<std::string>& found) {
  std::set<std::string> keys;
  for (const toml::table* table : {a, b}) {
    if (table == nullptr) continue;
    for (const auto& [key, node] : *table) keys.emplace(key.str());
  }
  for (const std::string& key : keys) {
    const toml::node* in_a = a == nullptr ? nullptr : a->get(key);
    const toml::node* in_b = b == nullptr ? nullptr : b->get(key);
    const bool tables = (in_a == nullptr || in_a->is_table()) && (in_b == nullptr || in_b->is_table());
    if (tables) {
      compare(in_a == nullptr ? nullptr : in_a->as_table(), in_b == nullptr ? nullptr : in_b->as_table(),
              path + key + '.', found);
    } else if (in_a == nullptr || in_b == nullptr || !same(*in_a, *in_b)) {
      found.push_back(path + key);
    }
  }
}

}  // namespace

/// Of files that are read from both and are not the same.
void Settings::compare_files(const Table& a, const Table& b, const std::string& path, std::vector<std::string>& found) {
  for (const auto& [key, content] : a.files) {
    const auto other = b.files.find(key);
    if (other != b.files.end() && other->second != content) found.push_back(path + key);
  }
  for (const auto& [name, table] : a.tables) {
    const auto other = b.tables.find(name);
    if (other == b.tables.end()) continue;
    const std::size_t in_list = name.find('#');
    if (in_list == std::string::npos) {
      compare_files(*table, *other->second, path + name + '.', found);
      continue;
    }
    std::vector<std::string> inside;
    compare_files(*table, *other->second, {}, inside);
    if (!inside.empty()) found.push_back(path + name.substr(0, in_list));
  }
}

std::vector<std::string> Settings::differences(const Settings& other) const {
  std::vector<std::string> found;
  compare(table_->values, other.table_->values, {}, found);
  compare_files(*table_, *other.table_, {}, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace dragoman
