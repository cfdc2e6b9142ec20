#include "store/migrations.hpp"

#include <sys/stat.h>

#include "store/schema.hpp"
#include "store_script.hpp"

namespace dragoman::store::test {

namespace {

constexpr Migration first_only[] = {{1, "CREATE TABLE note (text TEXT) STRICT"}};
constexpr Migration two[] = {{1, "CREATE TABLE note (text TEXT) STRICT"},
                             {2, "ALTER TABLE note ADD COLUMN day INTEGER"}};
constexpr Migration broken[] = {{1, "CREATE TABLE note (text TEXT) STRICT"},
                                {2, "DELETE FROM note; ALTER TABLE nothing ADD COLUMN day INTEGER"}};

class Migrations : public ::testing::Test {
 protected:
  Migrations() { write_file(path, ""); }
  Database database() { return std::move(*Database::open(path, 0)); }
  Folder folder;
  std::string path = folder / "some.db", copy = path + ".before-2";
};

TEST_F(Migrations, ANewFileGetsAllStepsAndNoCopy) {
  auto file = database();
  EXPECT_EQ(*format_of(file, 2), 0);
  const auto done = migrate(file, two);
  ASSERT_TRUE(done) << done.error().text;
  EXPECT_EQ(*format_of(file, 2), 2);
  EXPECT_EQ(*file.number("PRAGMA application_id"), application_id);
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(Migrations, AnOlderFileIsCopiedBeforeItIsChanged) {
  auto file = database();
  ASSERT_TRUE(migrate(file, first_only));
  ASSERT_TRUE(file.execute("INSERT INTO note VALUES ('kept')"));
  ASSERT_TRUE(migrate(file, two));
  EXPECT_EQ(*file.number("SELECT count(*) FROM note WHERE day IS NULL"), 1);

  auto old = std::move(*Database::open(copy, 0));
  EXPECT_EQ(*format_of(old, 1), 1);
  EXPECT_EQ(*old.number("SELECT count(*) FROM note WHERE text = 'kept'"), 1);
  struct stat status {};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(Migrations, AStepThatFailsLeavesTheFileAsItWas) {
  auto file = database();
  ASSERT_TRUE(migrate(file, first_only));
  ASSERT_TRUE(file.execute("INSERT INTO note VALUES ('kept')"));
  EXPECT_FALSE(migrate(file, broken));
  EXPECT_EQ(*format_of(file, 2), 1);
  EXPECT_EQ(*file.number("SELECT count(*) FROM note"), 1);
  ASSERT_TRUE(migrate(file, two));  // and can be tried again, although the copy is there
  EXPECT_EQ(*format_of(file, 2), 2);
}

TEST_F(Migrations, WithoutACopyNothingIsChanged) {
  auto file = database();
  ASSERT_TRUE(migrate(file, first_only));
  std::filesystem::create_directories(copy + "/in the way");
  EXPECT_FALSE(migrate(file, two));
  EXPECT_EQ(*format_of(file, 2), 1);
}

TEST_F(Migrations, AFileOfTheNewestFormatIsLeftAlone) {
  auto file = database();
  ASSERT_TRUE(migrate(file, two));
  ASSERT_TRUE(migrate(file, two));
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(Migrations, TheSchemaIsNumberedWithoutGapsAndHasTwoTablesAndAnIndex) {
  int number = 0;
  for (const Migration& step : schema()) EXPECT_EQ(step.number, ++number);
  auto file = database();
  ASSERT_TRUE(migrate(file, schema()));
  EXPECT_EQ(*file.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('message', 'document')"), 2);
  EXPECT_EQ(*file.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('conversation', 'archive')"), 2);
  EXPECT_EQ(*file.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"), 4);
}

}  // namespace

}  // namespace dragoman::store::test
