#if DEBUG
    /// The end of the process, as far as its store can tell, at a transaction to come. For the simulator.
    package struct Interruption: Error, Equatable, Sendable {
        package enum Moment: Equatable, Sendable { case beforeCommit, afterCommit }

        package let moment: Moment
        /// How many transactions still end well before it.
        package fileprivate(set) var transactionsLeft: Int

        package init(_ moment: Moment, afterTransactions transactionsLeft: Int) {
            self.moment = moment
            self.transactionsLeft = transactionsLeft
        }
    }

    /// What the simulator does to a store.
    package struct StoreFaults: Equatable, Sendable {
        package var interruption: Interruption?
        /// Every transaction finds the disk full.
        package var isDiskFull = false
        /// The disk is full after so many transactions more.
        package var transactionsUntilFull: Int?
        /// An interruption has happened: nothing is written any more, even where its error was caught.
        package private(set) var isInterrupted = false
        package var bug: PlantedBug?

        package init() {}

        mutating func begin() throws {
            if isInterrupted, let interruption { throw interruption }
            if isDiskFull || transactionsUntilFull == 0 { throw StoreError.full }
            transactionsUntilFull = transactionsUntilFull.map { $0 - 1 }
        }

        mutating func interrupt(_ moment: Interruption.Moment) throws {
            guard var interruption, interruption.moment == moment else { return }
            guard interruption.transactionsLeft > 0 else {
                isInterrupted = true
                throw interruption
            }
            interruption.transactionsLeft -= 1
            self.interruption = interruption
        }
    }
#endif
