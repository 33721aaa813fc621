namespace OpsDashboard.Metrics.PromQl;

/// <summary>
/// Gives queries of people and tokens their place. Who finds none waits in a line of its own; the lines take turns, so that a hundred queries of
/// one do not come before the first of another. Thread-safe.
/// </summary>
sealed class QueryQueue(QueryOptions options, TimeProvider clock)
{
    readonly Lock gate = new();
    readonly Dictionary<string, Line> lines = [];

    // Lines in which somebody waits, the one whose turn is next in front.
    readonly LinkedList<Line> turns = [];
    int running;

    /// <summary>Waits for a place; dispose it when the query is done.</summary>
    /// <exception cref="QueryLimitException">There was none in time; <see cref="QueryLimitException.IsTimeout"/> is set.</exception>
    public async ValueTask<IDisposable> EnterAsync(string actorId, CancellationToken stop)
    {
        var (line, waiting) = Enqueue(actorId);
        if (waiting is null)
            return new Place(this, line);
        try
        {
            await waiting.Task.WaitAsync(options.MaxWait, clock, stop);
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException)
        {
            // The place may have come at the very same moment.
            if (Withdraw(line, waiting))
                throw ended is TimeoutException ? TimedOut() : ended;
            if (ended is OperationCanceledException)
            {
                Leave(line);
                throw;
            }
        }
        return new Place(this, line);
    }

    (Line Line, TaskCompletionSource? Waiting) Enqueue(string actorId)
    {
        lock (gate)
        {
            if (!lines.TryGetValue(actorId, out var line))
                line = lines[actorId] = new(actorId);
            // Who waits while there are places waits for one of its own; nobody is overtaken.
            if (running < options.Total && line.Running < options.Places)
            {
                (running, line.Running) = (running + 1, line.Running + 1);
                return (line, null);
            }
            if (line.Waiting.Count >= options.MaxWaiting)
                throw new QueryLimitException($"{line.Running} of your queries are being evaluated and {line.Waiting.Count} wait; try again when some are done", isTimeout: true);
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (line.Waiting.Count == 0)
                turns.AddLast(line);
            line.Waiting.AddLast(waiting);
            return (line, waiting);
        }
    }

    bool Withdraw(Line line, TaskCompletionSource waiting)
    {
        lock (gate)
        {
            if (!line.Waiting.Remove(waiting))
                return false;
            if (line.Waiting.Count == 0)
                turns.Remove(line);
            Forget(line);
            return true;
        }
    }

    void Leave(Line line)
    {
        lock (gate)
        {
            (running, line.Running) = (running - 1, line.Running - 1);
            Admit();
            Forget(line);
        }
    }

    void Admit()
    {
        while (running < options.Total && Next() is { } turn)
        {
            var line = turn.Value;
            var waiting = line.Waiting.First!.Value;
            line.Waiting.RemoveFirst();
            turns.Remove(turn);
            if (line.Waiting.Count > 0)
                turns.AddLast(turn);
            (running, line.Running) = (running + 1, line.Running + 1);
            waiting.SetResult();
        }
    }

    LinkedListNode<Line>? Next()
    {
        var turn = turns.First;
        while (turn is not null && turn.Value.Running >= options.Places)
            turn = turn.Next;
        return turn;
    }

    void Forget(Line line)
    {
        if (line.Running == 0 && line.Waiting.Count == 0)
            lines.Remove(line.ActorId);
    }

    QueryLimitException TimedOut() =>
        new($"query timed out in query queue after {options.MaxWait.TotalSeconds:0.###} s: too many queries at once; try again or ask for less", isTimeout: true);

    sealed class Line(string actorId)
    {
        public string ActorId { get; } = actorId;
        public int Running { get; set; }
        public LinkedList<TaskCompletionSource> Waiting { get; } = [];
    }

    sealed class Place(QueryQueue queue, Line line) : IDisposable
    {
        int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                queue.Leave(line);
        }
    }
}
