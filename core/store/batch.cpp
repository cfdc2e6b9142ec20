#include "store/batch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dragoman::store {

namespace {

constexpr std::size_t kept_capacity = 1024;

template <class T>
void move_behind(std::vector<T>& to, std::vector<T>& from) {
  if (to.empty()) {
    to.swap(from);
    return;
  }
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from.clear();
}

template <class T>
void empty_out(std::vector<T>& list) {
  if (list.capacity() > kept_capacity) {
    std::vector<T>{}.swap(list);
  } else {
    list.clear();
  }
}

}  // namespace

bool forgets(const Batch& batch) {
  return std::any_of(batch.changes.begin(), batch.changes.end(),
                     [](const Change& each) { return each.kind == Change::Kind::forget; });
}

bool moves_rows(const Batch& batch) {
  return std::any_of(batch.changes.begin(), batch.changes.end(), [](const Change& each) {
    return each.kind == Change::Kind::forget || each.kind == Change::Kind::rename;
  });
}

bool is_plain(const Evidence& mark) {
  return !mark.amends && mark.network_id.empty() && mark.sent == Timestamp{} && mark.content.empty() &&
         mark.stanza_id.empty();
}

void Batch::add(const Message& row, RowId id) {
  const std::size_t before = rows.bytes();
  rows.add(row, id);
  bytes += rows.bytes() - before;
}

void Batch::add(Change change) {
  const Document& document = change.document;
  bytes += sizeof change + document.kind.size() + document.owner.size() + document.key.size() + document.value.size();
  changes.push_back(std::move(change));
}

void Batch::add(Evidence mark) {
  bytes += sizeof mark + mark.network_id.size() + mark.content.size() + mark.stanza_id.size();
  marks.push_back(std::move(mark));
}

void Batch::append(Batch& later) {
  rows.append(later.rows);
  move_behind(changes, later.changes);
  move_behind(marks, later.marks);
  if (later.ticket != 0) ticket = later.ticket;
  bytes += later.bytes;
  later.ticket = 0;
  later.bytes = 0;
}

void Batch::clear() {
  rows.clear();
  empty_out(changes);
  empty_out(marks);
  ticket = 0;
  bytes = 0;
}

void merge(std::vector<Evidence>& marks) {
  if (marks.size() < 2) return;
  const auto earlier = [](const Evidence& a, const Evidence& b) { return a.first < b.first; };
  const auto overlap = [](const Evidence& a, const Evidence& b) { return a.last >= b.first; };
  if (!std::is_sorted(marks.begin(), marks.end(), earlier)) {
    // Marks of different rows may change places, so that those of one conversation among others meet. Marks of the same
    // row may not: the last one counts.
    auto sorted = marks;
    std::sort(sorted.begin(), sorted.end(), earlier);
    if (std::adjacent_find(sorted.begin(), sorted.end(), overlap) == sorted.end()) marks.swap(sorted);
  }
  std::size_t kept = 0;
  for (std::size_t i = 1; i < marks.size(); ++i) {
    Evidence& last = marks[kept];
    const Evidence& mark = marks[i];
    if (is_plain(last) && is_plain(mark) && last.state == mark.state && last.last + 1 == mark.first) {
      last.last = mark.last;
    } else if (++kept != i) {
      marks[kept] = std::move(marks[i]);
    }
  }
  marks.resize(kept + 1);
}

}  // namespace dragoman::store
