#pragma once

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace dragoman::test {

/// A store in memory: every turn is durable when the test says so, reads are answered at once.
class FakeStore final : public store::Store, private store::Reader {
 public:
  std::map<store::RowId, store::Message> rows;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> values;
  bool room_left = true;
  std::size_t waiting_bytes = 0;

  store::RowId add(store::Message message) override {
    message.id = ++last_;
    rows[message.id] = std::move(message);
    return last_;
  }
  void mark(store::Evidence evidence) override {
    for (store::RowId id = evidence.first; id <= evidence.last; ++id) {
      auto& row = rows.at(id);
      row.state = evidence.state;
      if (!evidence.network_id.empty()) row.network_id = evidence.network_id;
      if (evidence.sent != Timestamp{}) row.sent = evidence.sent;
    }
  }
  void put(store::Document document) override {
    values[{document.kind, document.owner, document.key}] = document.value;
  }
  void put_secret(store::Document document) override { put(std::move(document)); }
  void erase(std::string kind, std::string owner, std::string key) override { values.erase({kind, owner, key}); }
  std::size_t backlog() const override { return waiting_bytes; }
  bool has_room() const override { return room_left; }
  void read(std::function<void(store::Reader&)> work, std::function<void()> done) override {
    work(*this);
    done();
  }
  store::Reader& reader_now() override { return *this; }
  void close() override {}

  store::State state(store::RowId id) const { return rows.at(id).state; }

 private:
  void documents(std::string_view kind, const std::function<void(const store::Document&)>& each) override {
    for (const auto& [key, value] : values) {
      if (std::get<0>(key) == kind) each({std::get<0>(key), std::get<1>(key), std::get<2>(key), value});
    }
  }
  std::optional<std::string> document(std::string_view kind, std::string_view owner, std::string_view key) override {
    const auto found = values.find({std::string{kind}, std::string{owner}, std::string{key}});
    return found == values.end() ? std::nullopt : std::optional{found->second};
  }
  void open_messages(const std::function<void(const store::Message&)>& each) override {
    for (auto [id, row] : rows) {
      if (row.state != store::State::queued && row.state != store::State::returning) continue;
      if (row.same_as != 0) row.content = rows.at(row.same_as).content;
      each(row);
    }
  }
  std::vector<store::Message> history(std::string_view, std::string_view, std::string_view, std::string_view,
                                      store::RowId, store::RowId, std::size_t) override {
    return {};
  }
  Counts counts() override { return {}; }

  store::RowId last_ = 0;
};

}  // namespace dragoman::test
