import { playTable } from './scenarios/table.ts'
import { tables } from './scenarios/tables.ts'

playTable(tables.care)
