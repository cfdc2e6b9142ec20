#pragma once

#include <functional>

#include "base/result.hpp"
#include "store/batch.hpp"
#include "store/database.hpp"
#include "store/totals.hpp"

namespace dragoman::store {

/// Writes batches, each as one transaction, with statements that are prepared once.
class Transaction {
 public:
  /// `database` must outlive it.
  static Result<Transaction> prepare(Database& database, Totals totals);

  /// All of the batch is durable, or (on an error) nothing of it is there and it may be tried again.
  Result<void> write(const Batch& batch);
  /// The same of several batches, which `work` hands to the function that it is given.
  Result<void> write_together(
      const std::function<Result<void>(const std::function<Result<void>(const Batch&)>&)>& work);

 private:
  Transaction(Database& database, Totals totals) : database_(&database), totals_(totals) {}
  Result<void> write_all(const Batch& batch, Totals& totals);
  Result<void> insert(const Rows::Row& row);
  Result<void> index_in_front(const Rows::Row& row);
  Result<void> change(const Change& change, Totals& totals);
  Result<void> forget(const Change& change, Totals& totals);
  Result<void> amend(const Evidence& mark);
  Result<void> mark(const Evidence& mark, Totals& totals);
  Statement& bind(const Evidence& mark);
  Result<void> put(std::string_view kind, std::string_view owner, std::string_view key, std::string_view value,
                   bool sealed);

  Database* database_;
  Totals totals_;
  Statement begin_, commit_, rollback_, insert_, states_, mark_, mark_fully_, put_, erase_, amend_;
};

}  // namespace dragoman::store
