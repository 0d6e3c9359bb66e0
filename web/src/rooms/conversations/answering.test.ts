import { describe, expect, it } from 'vitest';
import { is_address, is_only_link, name_of_pasted, put_in, quote_lines, read_receivers, write_receivers } from './answering';

describe('addresses as people type them', () => {
	it('are read with and without names, by any comma', () => {
		expect(read_receivers('김민지 <minji@example.com>, a@b.example；"Kim, Jun" <jun@example.com>、 ')).toEqual([
			{ address: 'minji@example.com', name: '김민지' },
			{ address: 'a@b.example', name: null },
			{ address: 'jun@example.com', name: 'Kim, Jun' }
		]);
		expect(read_receivers('')).toEqual([]);
		expect(read_receivers('minji')).toEqual([{ address: 'minji', name: null }]);
	});
	it('are written so that they are read the same again', () => {
		const all = [
			{ address: 'a@b.example', name: null },
			{ address: 'jun@example.com', name: 'Kim, "Jun" <boss>' },
			{ address: 'm@example.com', name: '김민지' }
		];
		expect(read_receivers(write_receivers(all))).toEqual(all);
	});
	it('are looked at before they are sent', () => {
		expect(['a@b', 'a+b@c.example'].every(is_address)).toBe(true);
		expect(['', 'a', 'a@', '@b', 'a b@c', 'a@b,c'].some(is_address)).toBe(false);
	});
});

describe('an answer that is only a link', () => {
	it('is seen in both languages, with a greeting or without', () => {
		for (const text of ['https://docs.example/a', '안녕하세요. 아래를 봐 주세요\nhttps://docs.example/a', 'Hi Minji, see www.example.com/help']) expect(is_only_link(text), text).toBe(true);
	});
	it('is not one that says or asks something', () => {
		for (const text of ['', '안녕하세요', 'You can change it under Settings, then Members: https://docs.example/a', '어떤 작업을 하시다가 필요해지셨나요? https://docs.example/a']) expect(is_only_link(text), text).toBe(false);
	});
});

describe('what is put into an answer', () => {
	it('is a paragraph of its own where the caret stands', () => {
		expect(put_in('', 'a', 0)).toEqual({ text: 'a', at: 1 });
		expect(put_in('', '> a\n\n', 0)).toEqual({ text: '> a\n\n', at: 5 });
		expect(put_in('one two', '> a\n\n', 3)).toEqual({ text: 'one\n\n> a\n\ntwo', at: 10 });
		expect(put_in('one two', 'x', 4, 7)).toEqual({ text: 'one\n\nx', at: 6 });
	});
	it('is quoted line by line', () => {
		expect(quote_lines(' 견적서를\n\n다시 ')).toBe('> 견적서를\n>\n> 다시');
	});
	it('is a pasted picture called after its moment, while a file keeps its name', () => {
		const at = new Date(2026, 10, 2, 9, 5, 7);
		expect(name_of_pasted({ name: 'image.png', type: 'image/png' }, '그림', at)).toBe('그림 2026-11-02 090507.png');
		expect(name_of_pasted({ name: '', type: 'image/jpeg' }, 'Picture', at)).toBe('Picture 2026-11-02 090507.jpg');
		expect(name_of_pasted({ name: '견적서.pdf', type: 'application/pdf' }, '그림', at)).toBe('견적서.pdf');
	});
});
