// The recorder's write path: one batch, one transaction.

extension UpgradeStore {
    /// Writes a batch in one transaction: all of it is kept, or none.
    ///
    /// Messages and transfers are new; connections and sessions are added or brought up to date. What sessions link to
    /// is in the batch or was written before.
    public func write(_ batch: StoreBatch) throws(StoreError) {
        guard !batch.isEmpty else { return }
        try write(
            "Cannot write to \(path)",
            evidence: { writer in
                for connection in batch.connections { try writer.save(connection) }
                try writer.insert(batch.messages)
                try writer.insert(batch.transfers)
                try writer.insert(batch.unreached)
                try writer.save(batch.sessions)
                for finding in batch.findings { try writer.insert(finding) }
                try writer.insert(batch.recordingFindings)
                for (id, counts) in batch.counts { try Self.save(counts, of: id, in: writer.db) }
            }
        )
    }
}
