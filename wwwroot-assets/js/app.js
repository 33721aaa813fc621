// The module of every page: starts the circuit and wires the frame.
import './parts/shell.js';
