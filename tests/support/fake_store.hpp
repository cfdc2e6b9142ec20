#pragma once

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "store/store.hpp"
#include "support/archive_model.hpp"

namespace dragoman::test {

/// A store in memory: every turn is durable when the test says so, reads are answered at once unless the test holds
/// them.
class FakeStore final : public store::Store, private store::Reader {
 public:
  std::map<store::RowId, store::Message> rows;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> values;
  bool room_left = true;
  std::size_t waiting_bytes = 0;
  std::size_t archive_questions = 0;
  bool holds_reads = false;  ///< they wait for answer_reads()

  void answer_reads() {
    for (auto& [work, done] : std::exchange(unanswered_, {})) {
      work(*this);
      done();
    }
  }

  store::RowId add(const store::Message& message) override {
    store::Message& row = rows[++last_] = message;
    row.id = last_;
    return last_;
  }
  void add_in_front(std::vector<store::Message> messages) override {
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
      message->id = --first_;
      rows[first_] = std::move(*message);
    }
  }
  store::RowId oldest() const override { return first_; }
  store::RowId newest() const override { return last_; }
  void mark(store::Evidence evidence) override {
    for (store::RowId id = evidence.first; id <= evidence.last; ++id) {
      const auto known = rows.find(id);
      if (known == rows.end()) continue;  // forgotten
      auto& row = known->second;
      if (!evidence.amends) row.state = evidence.state;
      if (!evidence.content.empty()) row.same_as = 0;
      if (!evidence.network_id.empty()) row.network_id = evidence.network_id;
      if (evidence.sent != Timestamp{}) row.sent = evidence.sent;
      if (!evidence.content.empty()) row.content = evidence.content;
      if (!evidence.stanza_id.empty()) row.stanza_id = evidence.stanza_id;
    }
  }
  void put(store::Document document) override {
    values[{document.kind, document.owner, document.key}] = document.value;
  }
  void put_secret(store::Document document) override { put(std::move(document)); }
  void erase(std::string kind, std::string owner, std::string key) override { values.erase({kind, owner, key}); }
  void forget(std::string network, std::string owner) override {
    std::erase_if(rows, [&](const auto& each) { return each.second.network == network && each.second.owner == owner; });
    std::erase_if(values, [&](const auto& each) { return std::get<1>(each.first) == network + ' ' + owner; });
  }
  void rename_room(std::string network, std::string owner, std::string from, std::string to) override {
    for (auto& [id, row] : rows) {
      if (row.network == network && row.owner == owner && row.room == from) row.room = to;
    }
  }
  std::size_t backlog() const override { return waiting_bytes; }
  bool has_room() const override { return room_left; }
  void read(std::function<void(store::Reader&)> work, std::function<void()> done) override {
    unanswered_.emplace_back(std::move(work), std::move(done));
    if (!holds_reads) answer_reads();
  }
  const Times& times() const override { return times_; }
  void read_settled(std::function<void(store::Reader&)> work, std::function<void()> done) override {
    read(std::move(work), std::move(done));
  }
  store::Reader& reader_now() override { return *this; }
  void close() override {}

  store::State state(store::RowId id) const { return rows.at(id).state; }

 private:
  Times times_;

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
  void held_messages(const std::function<void(const store::Message&)>& each) override {
    for (auto [id, row] : rows) {
      if (row.state != store::State::held) continue;
      if (row.same_as != 0) row.content = rows.at(row.same_as).content;
      each(row);
    }
  }
  store::ArchivePage archive(const store::ArchiveQuery& query) override {
    ++archive_questions;
    return ask_archive(rows, query);
  }
  std::optional<store::Message> find_message(const store::MessageQuery& query) override {
    std::size_t seen = 0;
    for (auto each = rows.rbegin(); each != rows.rend(); ++each) {
      store::Message row = each->second;
      if (row.owner != query.owner || row.room != query.room || row.person != query.person) continue;
      if (row.same_as != 0) row.content = rows.at(row.same_as).content;
      if (query.id != 0 ? row.id == query.id : query.wanted(row)) return row;
      if (query.id == 0 && ++seen >= query.most) break;
    }
    return std::nullopt;
  }
  std::optional<Timestamp> last_accepted() override {
    return rows.empty() ? std::nullopt : std::optional{rows.rbegin()->second.accepted};
  }
  Counts counts() override { return {}; }

  store::RowId last_ = 0, first_ = 0;
  std::vector<std::pair<std::function<void(store::Reader&)>, std::function<void()>>> unanswered_;
};

}  // namespace dragoman::test
