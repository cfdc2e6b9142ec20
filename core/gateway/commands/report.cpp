#include "gateway/commands/report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "gateway/bans.hpp"
#include "gateway/commands/command.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::gateway::commands {

namespace {

using Json = nlohmann::ordered_json;  // what matters most stands first, for who reads it raw

std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string text_of(const Report::Value& value) {
  struct Texts {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const std::string& text) const { return text::without_controls(text, false); }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
    std::string operator()(Timestamp time) const { return minute_text(time); }
  };
  return std::visit(Texts{}, value);
}

Json json_of(const Report::Value& value) {
  struct Jsons {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(std::int64_t number) const { return number; }
    Json operator()(bool yes) const { return yes; }
    Json operator()(Timestamp time) const { return xmpp::to_datetime(time); }
  };
  return std::visit(Jsons{}, value);
}

/// Lines of a table under its head; columns begin below one another, two signs apart.
std::vector<std::string> lines_of(const Report::Table& table) {
  std::vector<std::vector<std::string>> cells(1);
  for (const std::string& column : table.columns) cells.front().push_back(spoken(column));
  for (const auto& row : table.rows) {
    auto& line = cells.emplace_back();
    for (const auto& value : row) line.push_back(text_of(value));
  }
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text::length(row[i]));
  }
  std::vector<std::string> lines;
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - text::length(row[i]) + 2, ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

std::string to_text(const Report& report) {
  std::string text;
  if (!report.said.empty()) text += report.said + '\n';
  std::size_t width = 0;
  for (const auto& [name, value] : report.facts) width = std::max(width, name.size());
  for (const auto& [name, value] : report.facts) {
    const std::string shown = text_of(value);
    text += spoken(name) + ':';
    if (!shown.empty()) text += std::string(width - name.size() + 1, ' ') + shown;
    text += '\n';
  }
  for (const Report::Table& table : report.tables) {
    if (!text.empty()) text += spoken(table.name) + ":\n";
    if (table.rows.empty()) {
      text += "nothing\n";
      continue;
    }
    for (const std::string& line : lines_of(table)) text += line + '\n';
  }
  return text;
}

std::string to_json(const Report& report, const std::string& network) {
  Json json = Json::object();
  if (!network.empty()) json["network"] = network;
  if (!report.said.empty()) json["said"] = report.said;
  for (const auto& [name, value] : report.facts) json[name] = json_of(value);
  for (const Report::Table& table : report.tables) {
    Json& rows = json[table.name] = Json::array();
    for (const auto& row : table.rows) {
      Json& object = rows.emplace_back(Json::object());
      for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i]] = json_of(row[i]);
    }
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

chat::Form to_form(const Report& report, std::string title) {
  chat::Form form;
  form.title = std::move(title);
  for (const auto& [name, value] : report.facts) {
    form.fields.push_back(make_field(chat::Field::Kind::text, name, spoken(name)));
    form.fields.back().values = {text_of(value)};
  }
  for (const Report::Table& table : report.tables) {
    form.fields.push_back(make_field(chat::Field::Kind::lines, table.name, spoken(table.name)));
    if (!table.rows.empty()) form.fields.back().values = lines_of(table);
  }
  return form;
}

}  // namespace dragoman::gateway::commands
