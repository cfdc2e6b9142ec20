#pragma once

#include <cstddef>
#include <vector>

#include "base/gate.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

namespace dragoman::store {

/// A change of one document, of all that an owner has, or of where their rows of a room stand.
struct Change {
  enum class Kind { put, put_sealed, erase, forget, rename };
  Kind kind = Kind::put;
  Document document;  // put_sealed: the value is sealed already; erase: it is empty; forget and rename: kind is the
                      // network, and of rename key and value are the names of the room
  RowId through = 0;  // forget, rename: rows up to this one; later ones may stand in the same batch
};

/// What one or more turns want written as one transaction. Rows come before marks, documents are independent of both:
/// only the order within each list matters.
struct Batch {
  Rows rows;
  std::vector<Change> changes;
  std::vector<Evidence> marks;
  Gate::Ticket ticket = 0;  // of the newest turn in it that output waits for; 0: only marks
  std::size_t bytes = 0;

  bool empty() const { return rows.empty() && changes.empty() && marks.empty(); }

  void add(const Message& row, RowId id);
  void add(Change change);
  void add(Evidence mark);
  /// Appends a later batch, and leaves that one empty.
  void append(Batch& later);
  /// Empty again; keeps moderate capacity, because a batch is filled and emptied with every commit.
  void clear();
};

/// Rows may be gone when it is written.
bool forgets(const Batch& batch);
/// Rows may stand elsewhere, or be gone: an index that is being written begins anew.
bool moves_rows(const Batch& batch);
/// The mark says nothing but the state.
bool is_plain(const Evidence& mark);

/// Fewer marks that say the same: neighbouring ranges with equal state become one. The result has the same effect in
/// the given order.
void merge(std::vector<Evidence>& marks);

}  // namespace dragoman::store
