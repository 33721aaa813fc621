using System.Data.Common;

namespace OpsDashboard.Runbooks.Steps.Sql;

/// <summary>A database as statements of steps need it. One instance a step; holds no connection.</summary>
interface ISqlDatabase
{
    /// <summary>Where it is, for people.</summary>
    string Place { get; }

    /// <summary>A connection with the step's limits.</summary>
    Task<DbConnection> OpenAsync(CancellationToken stop);

    /// <summary>A transaction with the step's limits; of a query one that cannot write.</summary>
    Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken stop);

    void Add(DbCommand command, string name, string value);

    /// <summary>Rows that the last statement touched.</summary>
    long Affected(DbConnection connection, DbDataReader closed);

    /// <summary>By what the fate of the open transaction can be found when this process is gone.</summary>
    Task<string> MarkAsync(DbConnection connection, CancellationToken stop);

    /// <summary>Whether the transaction of that mark is still the open one.</summary>
    Task<bool> IsOpenAsync(DbConnection connection, string mark, CancellationToken stop);

    /// <summary>What became of the transaction with this mark.</summary>
    Task<StepEffect> FateAsync(string mark, CancellationToken stop);

    /// <summary>What is wrong in a sentence, where the fault is the database's; null: it is none of them.</summary>
    SqlFault? Explain(Exception fault);
}

/// <param name="IsPassing">The same may go well a moment later.</param>
readonly record struct SqlFault(string Reason, bool IsPassing);
