import { describe, expect, test } from 'vitest'
import { compareRoutes, matchRoute, parseRoute, splitPath } from '../../../../../local/host/http/routes.ts'

describe('matchRoute', () => {
  test.each([
    ['a/{x}', 'a/1', { x: '1' }],
    ['a/{x?}', 'a', {}],
    ['a/{x?}', 'a/1', { x: '1' }],
    ['a/{*rest}', 'a', {}],
    ['a/{**rest}', 'a/b/c', { rest: 'b/c' }],
    ['A/b', 'a/B', {}],
    ['a/{x}', 'a', undefined],
    ['a/{x}', 'a/1/2', undefined],
    ['a', 'b', undefined],
    ['', '', {}],
  ])('%s on %s', (template, path, parameters) => {
    expect(matchRoute(parseRoute(template), splitPath(`/${path}`) ?? [])).toEqual(parameters)
  })
})

test.each(['{x?}/a', '{*x}/a', 'a/{x:int}', 'a/{x=1}', 'a{x}'])('parseRoute refuses %s', template => {
  expect(() => parseRoute(template)).toThrow(template)
})

test('literals come before parameters before the rest', () => {
  const sorted = ['a/{*x}', 'a/{x}', 'a/b', 'a/{x}/c'].map(parseRoute).sort(compareRoutes)
  expect(sorted.map(route => route.template)).toEqual(['a/b', 'a/{x}', 'a/{x}/c', 'a/{*x}'])
})

test('splitPath refuses broken percent-encoding', () => {
  expect(splitPath('/a/%zz')).toBeUndefined()
})
