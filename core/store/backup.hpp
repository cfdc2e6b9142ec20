#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/files.hpp"

// Whole copies of a database, made while a gateway works with it, and what is known about a file before it is used.
namespace dragoman::store {

/// What a database file is, as far as somebody who keeps or checks it wants to know.
struct Contents {
  int format = 0;                   ///< number of the last step of the schema; 0: empty
  std::int64_t messages = 0;        ///< rows
  std::int64_t waiting = 0;         ///< of these, not delivered or returned yet
  std::int64_t newest_message = 0;  ///< when it was accepted, ms since 1970; 0: there is none
  std::int64_t accounts = 0;
  bool sealed = false;  ///< holds what only its key file opens
  std::string note;     ///< of a backup: JSON, as back_up() was given it
};

/// The newest format that this program writes.
int newest_format();

/// Opens an existing file to look at it: closing it changes nothing. Fault::not_found: there is none; otherwise as
/// format_of(), which is asked first.
Result<Database> open_to_look(const std::string& path);

/// Of a database whose format is known to this program.
Result<Contents> look_into(Database& database);

/// Reads every page and index. `thorough`: also whether the indexes say what the tables say. Fault::storage tells the
/// first thing that is wrong.
Result<void> check_integrity(Database& database, bool thorough);

/// A copy as of one commit, in one file without a log, under a new name. Others go on writing meanwhile. (SQLite's
/// online backup, in one step: a copy in several would begin again after each commit of another process.)
Result<Database> copy_to(Database& from, const std::string& path, Owner owner);

/// Writes `target` as a copy of the database that holds `note`, is checked and durable; 0600. Replaces what is there.
/// On failure nothing is left of it, and what was there is.
Result<Contents> back_up(const std::string& database, const std::string& target, const std::string& note);

}  // namespace dragoman::store
