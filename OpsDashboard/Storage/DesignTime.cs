using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace OpsDashboard.Storage;

/// <summary>For <c>Storage/migrations.sh</c>: a context without the program around it and without a database.</summary>
sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteOpsContext>
{
    public SqliteOpsContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteOpsContext>().UseSqliteFile("Data Source=:memory:").Options);
}

sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresOpsContext>
{
    public PostgresOpsContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresOpsContext>().UsePostgres("Host=localhost").Options);
}
