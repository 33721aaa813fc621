using System.Data.Common;
using System.Globalization;

namespace OpsDashboard.Runbooks.Steps.Sql;

/// <summary>One execution of an sql step: its connection, its transaction, the question, the commit. Used once.</summary>
sealed class SqlWork(ISqlDatabase database, SqlStepOptions options, StepContext context, TimeProvider clock)
{
    /// <summary>How often an open transaction is looked at while a person thinks: a database that drops is said at once.</summary>
    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(2);

    string? committing;

    public async Task<StepOutcome> RunAsync(CancellationToken stop)
    {
        try
        {
            await using var connection = await database.OpenAsync(stop);
            await using var transaction = await database.BeginAsync(connection, stop);
            return options.IsWrite ? await WriteAsync(connection, transaction, stop) : await ReadAsync(connection, transaction, stop);
        }
        catch (Exception fault) when (database.Explain(fault) is { } known && (committing is not null || !stop.IsCancellationRequested))
        {
            return committing is null
                ? new StepOutcome.Failed($"{known.Reason}{(options.IsWrite ? " Nothing was committed." : "")}", known.IsPassing, StepEffect.None)
                : await FateAsync(known.Reason);
        }
        catch (Exception fault) when (database.Explain(fault) is not null)
        {
            throw new OperationCanceledException("It was stopped.", fault, stop);
        }
    }

    async Task<StepOutcome> ReadAsync(DbConnection connection, DbTransaction transaction, CancellationToken stop)
    {
        var (outputs, _) = await RowsAsync(connection, transaction, stop);
        return new StepOutcome.Done(outputs, $"{outputs["rows"]} rows.");
    }

    async Task<StepOutcome> WriteAsync(DbConnection connection, DbTransaction transaction, CancellationToken stop)
    {
        var mark = await database.MarkAsync(connection, stop);
        await context.KeepAsync(SqlStepExecutor.Opened(mark), stop);
        var (outputs, affected) = await RowsAsync(connection, transaction, stop);
        if (!await database.IsOpenAsync(connection, mark, stop))
            return new StepOutcome.Failed("The statement ended the transaction by itself: what it did cannot be taken back here.", false, StepEffect.Unknown);
        if (affected > options.MaxRows)
            return new StepOutcome.Failed($"It touched {affected} rows, more than the {options.MaxRows} that are allowed; it was rolled back.", false, StepEffect.None);
        outputs["affected"] = affected.ToString(CultureInfo.InvariantCulture);
        var by = "";
        if (options.IsAsking)
        {
            var answer = await AskAsync(connection, mark, affected, stop);
            if (answer is not { Choice: SqlStepOptions.Commit })
                return new StepOutcome.Failed(answer is null ? $"Nobody decided within {SqlStepExecutor.DecideWithin.TotalSeconds:0} s: it was rolled back, nothing was changed." : $"{answer.ByName} rolled it back: nothing was changed.", false, StepEffect.None);
            outputs["by"] = answer.ByName;
            by = $"; {answer.ByName} committed it";
        }
        await context.KeepAsync(SqlStepExecutor.CommitBegan(mark), stop);
        committing = mark;
        // Stopped in the middle nobody would know; the database's own limit ends it.
        await transaction.CommitAsync(CancellationToken.None);
        return new StepOutcome.Done(outputs, $"{affected} rows were changed{by}.");
    }

    // While a person thinks, the connection is used by nothing but the look at it.
    async Task<StepAnswer?> AskAsync(DbConnection connection, string mark, long affected, CancellationToken stop)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = context.AskAsync(new($"Commit? It touched {affected} rows, at most {options.MaxRows} are expected.", SqlStepOptions.Choices, SqlStepExecutor.DecideWithin), gone.Token);
        using var tick = new PeriodicTimer(LookPause, clock);
        while (true)
        {
            var pause = tick.WaitForNextTickAsync(gone.Token).AsTask();
            if (await Task.WhenAny(asking, pause) == asking)
                return await asking;
            await pause;
            try
            {
                await database.IsOpenAsync(connection, mark, stop);
            }
            catch (Exception fault) when (database.Explain(fault) is not null)
            {
                await gone.CancelAsync();
                await asking.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw;
            }
        }
    }

    // The connection broke between the commit and its answer.
    async Task<StepOutcome> FateAsync(string reason)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10), clock);
        try
        {
            return await database.FateAsync(committing!, late.Token) switch
            {
                StepEffect.Applied => new StepOutcome.Done(new Dictionary<string, string>(), $"{reason} The database says that it was committed."),
                StepEffect.None => new StepOutcome.Failed($"{reason} The database says that it was not committed.", false, StepEffect.None),
                _ => Unknown(reason),
            };
        }
        catch (Exception away) when (away is OperationCanceledException || database.Explain(away) is not null)
        {
            return Unknown(reason);
        }

        static StepOutcome Unknown(string reason) => new StepOutcome.Failed($"{reason} Whether it was committed is not known.", false, StepEffect.Unknown);
    }

    async Task<(Dictionary<string, string> Outputs, long Affected)> RowsAsync(DbConnection connection, DbTransaction transaction, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = options.Statement;
        command.Transaction = transaction;
        foreach (var (name, value) in options.Values)
            database.Add(command, name, value.Fill(context.Inputs));
        var outputs = new Dictionary<string, string>();
        var rows = 0;
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (reader.FieldCount > 0)
            context.Output.Write(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)));
        while (rows < SqlStepOptions.MostRows && await reader.ReadAsync(stop))
        {
            var cells = Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? "").ToArray();
            if (rows == 0)
            {
                for (var i = 0; i < cells.Length; i++)
                    outputs[reader.GetName(i)] = cells[i].Length > 1000 ? cells[i][..1000] : cells[i];
            }
            if (rows++ < SqlStepOptions.ShownRows)
                context.Output.Write(string.Join(" | ", cells));
        }
        if (rows > SqlStepOptions.ShownRows)
            context.Output.Write($"… and {rows - SqlStepOptions.ShownRows} more rows");
        await reader.CloseAsync();
        outputs["rows"] = rows.ToString(CultureInfo.InvariantCulture);
        return (outputs, database.Affected(connection, reader));
    }
}
